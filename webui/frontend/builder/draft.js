// The draft of the form on the server.
import { Draft } from '../shared/draft.js';
import { HANDLE, ROOT, walk } from './document.js';

const PAUSE = 2000;
/* Milliseconds from the last change until the draft is sent. */

/** Keep the form in a store on the server. */
export function keepDraft(store, data, onConflict) {
  const source = {
    get mark() {
      return store.root;
    },
    get stamp() {
      return store.text;
    },
    text: () => store.text,
    // A step like others: it can be undone.
    replace: text => store.import(text),
    subscribe: listener => store.subscribe(listener),
    take: ({ problems = [] }) => store.set({ server: placed(problems, store.root) }),
    refuse: problems => store.set({ server: placed(problems, store.root), isListOpen: true }),
    tell: status => store.set({ status }),
  };
  return new Draft(source, { data, noun: 'form', pause: PAUSE, onConflict });
}

/** Return the server's problems with the components that they are about. */
function placed(problems, root) {
  const handles = new Map([...walk(root)].map(({ node }) => [node.id, node[HANDLE]]));
  return problems.map(each => ({ ...each, path: null, handle: handles.get(each.element) ?? ROOT }));
}
