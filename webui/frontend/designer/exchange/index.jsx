/*
 * Keeps the draft of the process on the server, and saves states to go back to. What is still being typed belongs to the
 * diagram when somebody saves, leaves or goes to another window; it is left alone when the draft is saved by itself.
 */
import { useState } from 'preact/hooks';

import { ConflictDialog } from '../../shared/conflict.jsx';
import { Draft } from '../../shared/draft.js';
import { settle } from '../modeler.js';
import { download } from '../transfer/download.js';
import { useDesigner } from '../use.js';

const PAUSE = 1000;
/* Milliseconds from the last change until the draft is sent. */

export function install(app) {
  const { data, store, commands, slots } = app;
  if (!data.urls?.draft) return;
  for (const type of ['blur', 'beforeunload']) addEventListener(type, () => settle(store.modeler));
  const source = {
    get mark() {
      return store.changes;
    },
    get stamp() {
      return store.changes;
    },
    text: () => textOf(store),
    get original() {
      return store.original;
    },
    set original(text) {
      store.set({ original: text });
    },
    replace: text => exchange(app, text),
    subscribe: listener => store.subscribe(listener),
    take: ({ problems = [], variables = {}, same = false }) =>
      store.set({ server: problems, variables, deployed: store.deployed && { ...store.deployed, same } }),
    refuse: problems => store.set({ server: problems, isListOpen: true }),
    tell: status => store.set({ status }),
  };
  const onConflict = conflict => store.set({ conflict });
  app.draft = new Draft(source, { data, noun: 'process', pause: PAUSE, onConflict });
  commands.register('save', {
    title: 'Save, as a state that you can go back to',
    keys: ['Ctrl+S'],
    isEverywhere: true,
    run: () => {
      settle(store.modeler);
      return app.draft.version(false);
    },
  });
  commands.register('leave', { title: 'Follow a link when the draft is saved', run: event => leave(app, event) });
  slots.dialogs.push(Conflict);
  slots.below.push(Replaced, Trouble);
}

/** Return the file; one that cannot be shown is the text that it is. */
async function textOf(store) {
  return store.broken?.text ?? (await store.modeler.saveXML({ format: true })).xml;
}

/** Save what is on this page as a file: what the server keeps, when it could be kept there. */
export async function exportFile({ store, data, draft }) {
  settle(store.modeler);
  const isKept = await draft.flush();
  download(isKept ? data.urls.export : new Blob([await textOf(store)], { type: 'application/bpmn+xml' }), `${data.key}.bpmn`);
}

/** Follow a link when the server has the draft. */
async function leave({ draft, store }, event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { href } = event.currentTarget;
  settle(store.modeler);
  if (await draft.flush()) location.assign(href);
}

/** Show another file; what was there stays one button away, because the editor forgets its history. */
async function exchange(app, text) {
  const { store, draft } = app;
  const mine = store.broken?.text ?? (await app.xml());
  await app.open(text);
  store.set({
    changes: store.changes + 1,
    replaced: {
      async undo() {
        await app.open(mine);
        store.set({ changes: store.changes + 1, replaced: null });
        await draft.flush();
      },
    },
  });
}

function Conflict() {
  const { store, draft, data } = useDesigner();
  if (!store.conflict) return null;
  const settled = choice => {
    const { conflict } = store;
    store.set({ conflict: null });
    draft.settle(conflict, choice);
  };
  return (
    <ConflictDialog
      conflict={store.conflict}
      noun="process"
      undo="Yours stays one button away, until you close the page."
      compare={data.urls.history}
      onSettle={settled}
    />
  );
}

function Replaced() {
  const { store } = useDesigner();
  const [isBusy, setBusy] = useState(false);
  if (!store.replaced) return null;
  const undo = async () => {
    setBusy(true);
    await store.replaced.undo();
    setBusy(false);
  };
  return (
    <div class="d-notice" role="status">
      <p>You see what somebody else has saved.</p>
      <button type="button" class="b-button" disabled={isBusy} onClick={undo}>
        Go back to mine
      </button>
      <button type="button" class="b-button" onClick={() => store.set({ replaced: null })}>
        Keep theirs
      </button>
    </div>
  );
}

/** What somebody can do when nothing can be saved here any more. */
function Trouble() {
  const app = useDesigner();
  const { trouble } = app.store.status;
  if (trouble === 'signed-out')
    return (
      <div class="d-notice" role="alert">
        <p>You are signed out. What you draw stays on this page, and is saved as soon as you are signed in again.</p>
        <a class="b-button" href={app.data.urls.list} target="_blank" rel="noopener">
          Sign in in another tab
        </a>
      </div>
    );
  if (trouble !== 'gone') return null;
  return (
    <div class="d-notice" role="alert">
      <p>
        Somebody has discarded this process. What you see is only on this page: download it, and make a new process
        definition of the file.
      </p>
      <button type="button" class="b-button" onClick={() => exportFile(app)}>
        Download it
      </button>
    </div>
  );
}
