// Small changes to what is bundled; each one fails loudly when the package that it changes is not as expected.
import { readFile } from 'node:fs/promises';

/**
 * CodeMirror adds its styles as <style> elements to a document, which `style-src 'self'` refuses. It knows constructable
 * style sheets, too, which the policy does not concern, but uses them in shadow roots only.
 */
export const adoptStyles = {
  name: 'adopt-styles',
  setup(build) {
    build.onLoad({ filter: /style-mod[\\/]src[\\/]style-mod\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace('if (!root.head && root.adoptedStyleSheets', 'if (root.adoptedStyleSheets');
      if (contents === source) throw new Error('style-mod has changed: see whether it still needs adopt-styles.');
      return { contents, loader: 'js' };
    });
  },
};
