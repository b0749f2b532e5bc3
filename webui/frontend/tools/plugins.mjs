// Small changes to what is bundled; each one fails loudly when the package that it changes is not as expected.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

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

/** bpmn.io's properties panel brings its own preact; what we add to the panel only works with the same one. */
export const onePreact = {
  name: 'one-preact',
  setup(build) {
    build.onResolve({ filter: /^(\.\.|@bpmn-io\/properties-panel)\/preact(\/|$)/ }, ({ path, importer, kind, resolveDir }) => {
      if (path.startsWith('..') && !importer.includes('@bpmn-io/properties-panel/dist')) return undefined;
      return build.resolve(path.replace(/^.*?\/preact/, 'preact-diagram'), { kind, resolveDir });
    });
  },
};

const ASCII_ID = '/^([a-z][\\w-.]*:)?[a-z_][\\w-.]*$/i';
const ANY_ID = '/^([\\p{L}_][\\p{L}\\p{M}\\p{N}_.\\-·]*:)?[\\p{L}_][\\p{L}\\p{M}\\p{N}_.\\-·]*$/u';

/** The reader of bpmn.io drops elements whose ids have other letters than ASCII's; XML allows them (NCName), other tools write them. */
export const idsOfAllLanguages = {
  name: 'ids-of-all-languages',
  setup(build) {
    build.onLoad({ filter: /moddle-xml[\\/]dist[\\/]index(\.esm)?\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace(ASCII_ID, () => ANY_ID);
      if (contents === source) throw new Error('moddle-xml has changed: see whether it still needs ids-of-all-languages.');
      return { contents, loader: 'js' };
    });
  },
};

const STYLED = /(bpmn-js[\\/]lib[\\/]features[\\/](align|distribute)-elements[\\/]\w+Icons|bpmn-js-properties-panel[\\/]dist[\\/]index\.esm)\.js$/;

const ICON = /getBusinessObject\(element\)\.get\(iconProperty\)/;
const COLOUR = /(di|label)\.get\('((?:color|bioc):[\w-]+)'\)/g;
const HARMLESS = `
const harmlessIcon = value => (/^data:image\\//i.test(value) ? value : undefined);
const harmlessColour = value => (/^(#[\\da-f]{3,8}|[a-z]+|(rgb|hsl)a?\\([\\d\\s.,%/]+\\)|var\\(--[a-z-]+\\))$/i.test(value) ? value : undefined);
`;

function withOwnIcons(source, path) {
  const contents = source.replace(ICON, found => `harmlessIcon(${found})`);
  if (contents === source) throw new Error(`${path} has changed: see whether it still needs only-own-pictures.`);
  return contents + HARMLESS;
}

/** Draw the page's own colours and plain ones, and icons that are in the file: not what a file has fetched from anywhere. */
export const onlyOwnPictures = {
  name: 'only-own-pictures',
  setup(build) {
    build.onLoad({ filter: /element-template-icon-renderer[\\/]src[\\/]util[\\/]index\.js$/ }, async ({ path }) => ({
      contents: withOwnIcons(await readFile(path, 'utf8'), path),
      loader: 'js',
    }));
    build.onLoad({ filter: /bpmn-js[\\/]lib[\\/]draw[\\/]BpmnRenderUtil\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace(COLOUR, found => `harmlessColour(${found})`);
      if (contents === source) throw new Error('bpmn-js has changed: see whether it still needs only-own-pictures.');
      return { contents: contents + HARMLESS, loader: 'js' };
    });
  },
};

/** `style-src 'self'` refuses style attributes in what is parsed as HTML; SVG has attributes of the same names. */
export const noStyleAttributes = {
  name: 'no-style-attributes',
  setup(build) {
    build.onLoad({ filter: STYLED }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace(/ style="([a-z-]+:[^"]*)"/g, (_, style) =>
        style
          .split(';')
          .map(each => each.split(':'))
          .filter(([name, value]) => value && name !== 'height') // our stylesheet has the height
          .map(([name, value]) => ` ${name}="${value.trim()}"`)
          .join(''),
      );
      if (contents === source) throw new Error(`${path} has changed: see whether it still needs no-style-attributes.`);
      return { contents: path.includes('properties-panel') ? withOwnIcons(contents, path) : contents, loader: 'js' };
    });
  },
};

/** What bpmn.io's packages import, and what we give them instead. */
const INSTEAD = [
  ['@bpmn-io/feel-editor', '@bpmn-io/properties-panel', 'designer/feeleditor.js'],
  ['@bpmn-io/element-templates-validator', 'bpmn-js-element-templates', 'designer/trusting.js'],
];

export const ownParts = {
  name: 'own-parts',
  setup(build) {
    for (const [name, importing, ours] of INSTEAD)
      build.onResolve({ filter: new RegExp(`^${name}$`) }, ({ importer }) =>
        importer.includes(importing) ? { path: resolve(ours) } : undefined,
      );
  },
};

const SIMULATED = /bpmn-js-token-simulation[\\/]lib[\\/]features[\\/].*\.js$/;

/** The colours of simulated tokens, which are set one by one, stand in an attribute that designer/simulate makes styles of. */
export const stylesAsData = {
  name: 'styles-as-data',
  setup(build) {
    build.onLoad({ filter: SIMULATED }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replace(/\bstyle="/g, 'data-style="'), loader: 'js' };
    });
  },
};
