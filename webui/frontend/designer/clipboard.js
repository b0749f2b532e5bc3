// Copying and pasting between tabs, over the clipboard of the system; within the tab where the browser denies that.
import { createReviver } from 'bpmn-js-native-copy-paste/lib/PasteUtil.js';

const PREFIX = 'bpmn-js-clip----';
/* What other bpmn.io editors write and read, too. */
const COPIED = 1500;
/* After the modeler has put it into its own clipboard. */
const PASTED = 2500;
/* Before the modeler takes from its own clipboard. */

class SharedClipboard {
  constructor(eventBus, copyPaste, clipboard, moddle) {
    eventBus.on('copyPaste.elementsCopied', COPIED, ({ tree, hints }) => {
      if (hints?.clip !== false) this._write(PREFIX + JSON.stringify(tree));
    });
    eventBus.on('copyPaste.pasteElements', PASTED, context => {
      if (context.tree) return undefined;
      const { element, point, hints } = context;
      this._read(moddle).then(shared => {
        const tree = shared ?? clipboard.get();
        if (tree) copyPaste.paste({ element, point, hints, tree });
      });
      return false;
    });
  }

  async _write(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // The modeler has it in its own.
    }
  }

  /** Return what the system's clipboard has for us; undefined where it is denied, or has other things. */
  async _read(moddle) {
    try {
      const text = await navigator.clipboard.readText();
      return text.startsWith(PREFIX) ? JSON.parse(text.slice(PREFIX.length), createReviver(moddle)) : undefined;
    } catch {
      return undefined;
    }
  }
}

SharedClipboard.$inject = ['eventBus', 'copyPaste', 'clipboard', 'moddle'];

export default { __init__: ['sharedClipboard'], sharedClipboard: ['type', SharedClipboard] };
