// The editor of the JSON text: CodeMirror, with lint and completion by the declarations. Loaded when it is first shown.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { forceLinting, lintGutter, lintKeymap, linter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';

import { problems } from './checks.js';
import { colours } from '../shared/colours.js';
import { completion } from './completion.js';
import { HANDLE, ROOT, Unreadable, read, walk } from './document.js';
import { locate } from './jsontree.js';
import { typingOver } from '../shared/typing.js';

/** Make the editor; `onText` is called with every text that was typed. */
export function create(parent, { store, onText }) {
  const parse = jsonParseLinter();
  const lint = view => {
    const broken = parse(view);
    return broken.length ? broken : declared(view.state, store);
  };
  const typed = EditorView.updateListener.of(
    update => update.docChanged && !quiet && onText(update.state.doc.toString()),
  );
  const extensions = [
    lineNumbers(),
    history(),
    foldGutter(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    indentUnit.of('  '),
    colours,
    json(),
    linter(lint, { delay: 300 }),
    lintGutter(),
    autocompletion({ override: [completion(store.declarations)] }),
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...lintKeymap,
      ...foldKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({ 'aria-label': 'Form as JSON. Escape, then Tab leaves the editor.' }),
    EditorView.lineWrapping,
    typingOver,
    typed,
  ];
  let quiet = false;
  const view = new EditorView({ parent, state: EditorState.create({ doc: store.text, extensions }) });
  return {
    view,
    set(text) {
      if (text === view.state.doc.toString()) return;
      // A new state: what was undone here would be another text's.
      quiet = true;
      view.setState(EditorState.create({ doc: text, extensions }));
      quiet = false;
    },
    show(problem) {
      const node = locate(view.state, [...placeOf(store.root, problem.handle), ...(problem.path ?? [])]);
      view.dispatch({
        selection: { anchor: node.from, head: node.to },
        effects: EditorView.scrollIntoView(node.from, { y: 'center' }),
      });
      view.focus();
    },
    relint: () => forceLinting(view),
  };
}

/** Return diagnostics for what is wrong with the text by the declarations. */
function declared(state, { declarations }) {
  let root;
  try {
    root = read(state.doc.toString());
  } catch (error) {
    if (error instanceof Unreadable)
      return [{ from: 0, to: Math.min(1, state.doc.length), severity: 'error', message: error.message }];
    throw error;
  }
  return problems(root, declarations).map(each => {
    const node = locate(state, [...placeOf(root, each.handle), ...(each.path ?? [])]);
    const line = state.doc.lineAt(node.from);
    return { from: node.from, to: Math.min(node.to, line.to), severity: 'warning', message: each.message };
  });
}

/** Return the path of a component in its document. */
function placeOf(root, handle) {
  if (handle === ROOT) return [];
  const parents = new Map([...walk(root)].map(({ node, parent, index }) => [node[HANDLE], { parent, index }]));
  const path = [];
  for (let at = parents.get(handle); at; at = parents.get(at.parent[HANDLE])) path.unshift('components', at.index);
  return path;
}
