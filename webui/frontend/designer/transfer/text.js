// A text in an editor with line numbers.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { EditorState } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';

export class Text {
  /** Show `text` in an element of the page; `onChange` is told what it has become. */
  constructor(parent, text, onChange) {
    const extensions = [
      lineNumbers(),
      history(),
      drawSelection(),
      highlightActiveLine(),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': 'Text of the file' }),
      keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.updateListener.of(({ docChanged, state }) => docChanged && onChange(state.doc.toString())),
    ];
    this._view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
  }

  /** Put the cursor at a place, counted from 1. */
  goTo({ line, column }) {
    const { doc } = this._view.state;
    const { from, length } = doc.line(Math.min(line, doc.lines));
    const anchor = from + Math.min(Math.max(column - 1, 0), length);
    this._view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    this._view.focus();
  }

  destroy() {
    this._view.destroy();
  }
}
