// The tab JSON: the text of the document. What cannot be read is told and not applied; the form stays as it was.
import { useEffect, useRef, useState } from 'preact/hooks';

import { Unreadable } from './document.js';
import { useBuilder } from './use.js';

const PAUSE = 400;
/* Milliseconds from the last key until the text is applied. */

export function Json() {
  const { store, parts } = useBuilder();
  const container = useRef();
  const timer = useRef();
  const [editor, setEditor] = useState(null);
  const isShown = store.tab === 'json';

  const apply = text => {
    try {
      store.import(text, 'json');
      store.set({ broken: null });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      store.set({ broken: { text, message: error.message } });
    }
  };
  const typed = text => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = null;
      apply(text);
    }, PAUSE);
  };
  parts.json = {
    flush() {
      if (!timer.current) return;
      clearTimeout(timer.current);
      timer.current = null;
      apply(editor.view.state.doc.toString());
    },
    show: problem => editor?.show(problem),
  };

  useEffect(() => {
    if (!isShown || editor) return;
    import('./json.js').then(({ create }) => setEditor(create(container.current, { store, onText: typed })));
  }, [isShown]);

  useEffect(() => {
    if (!isShown) parts.json.flush();
  }, [isShown]);
  useEffect(() => {
    // What is being typed is not overwritten, and what cannot be read not without being asked.
    if (!editor || timer.current || store.broken) return;
    if (!same(editor.view.state.doc.toString(), store.text)) editor.set(store.text);
  }, [editor, store.root, store.broken]);
  useEffect(() => {
    if (editor && store.broken && editor.view.state.doc.toString() !== store.broken.text) editor.set(store.broken.text);
  }, [editor]);

  return (
    <div class="b-json" id="panel-json" role="tabpanel" aria-labelledby="tab-json" hidden={!isShown}>
      {store.broken && (
        <div class="b-json-broken" role="alert">
          <span>
            <b>Not applied.</b> {store.broken.message} The form stays as it was.
          </span>
          <button type="button" class="b-button" onClick={() => store.set({ broken: null })}>
            Back to the form
          </button>
        </div>
      )}
      <div class="b-json-text" ref={container} />
    </div>
  );
}

/** Tell whether two texts are the same document; how one is indented by hand is left alone while it is open. */
function same(one, other) {
  if (one === other) return true;
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return false;
  }
}
