// The form builder. The page brings what it needs in #builder-data; nothing else is asked for before something is saved.
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { Bar } from './bar.jsx';
import { Canvas } from './canvas.js';
import { Declarations } from './declarations.js';
import { ROOT, Unreadable, find, read } from './document.js';
import { keepDraft } from './draft.js';
import { entryId } from './entries.jsx';
import { Json } from './json.jsx';
import { listen } from './keys.js';
import { Palette } from './palette.jsx';
import { Pane } from './pane.jsx';
import { Preview } from './preview.jsx';
import { Problems, pathOf } from './problems.jsx';
import { Store } from './store.js';
import { ConflictDialog } from '../shared/conflict.jsx';
import { Builder, useBuilder } from './use.js';
import './styles/index.css';

const data = JSON.parse(document.getElementById('builder-data').textContent);
const builder = { data, store: opened(), canvas: { current: null }, parts: {} };
builder.actions = actionsOf(builder);

render(<App />, document.getElementById('builder'));
listen(builder);
if (data.test)
  window.builder = {
    get editor() {
      return builder.canvas.current.editor;
    },
    getDocument: () => JSON.parse(builder.store.text),
    store: builder.store,
  };

/** Return the store with the draft; a draft that is not a form is shown as text, beside an empty form. */
function opened() {
  const declarations = new Declarations(data.declarations);
  const empty = JSON.stringify({ type: 'default', id: data.name, components: [] });
  let store;
  try {
    store = new Store(read(data.content), declarations);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    store = new Store(read(empty), declarations);
    Object.assign(store, { broken: { text: data.content, message: error.message }, tab: 'json' });
  }
  return Object.assign(store, { versions: { deployed: data.deployed, latest: data.latest }, isListOpen: false });
}

/** Return what buttons and keys do with more than the document. */
function actionsOf({ store, canvas, parts }) {
  /** Put the focus on an entry of the pane, and open the group that it is in. */
  const focusEntry = (handle, path) =>
    requestAnimationFrame(() => {
      const { declarations } = store;
      const property =
        path &&
        declarations
          .properties(find(store.root, handle).node)
          .find(each => each.path.every((part, index) => part === path[index]));
      const group = document.querySelector(`.b-group[data-group="${property?.section ?? declarations.sections[0]}"]`);
      if (group) group.open = true;
      setTimeout(() => {
        const entry =
          path &&
          (document.getElementById(entryId(handle, path)) ??
            document.getElementById(entryId(handle, property?.path ?? path)));
        (entry ?? document.querySelector('.b-pane input, .b-pane textarea, .b-pane select'))?.focus();
      }, 50);
    });
  const show = problem => {
    if (!find(store.root, problem.handle)) return;
    const { node } = find(store.root, problem.handle);
    if (store.tab === 'json') return parts.json.show(problem);
    store.set({ selected: problem.handle, tab: 'visual' });
    focusEntry(problem.handle, pathOf(problem, node, store.declarations));
  };
  const version = async deploy => {
    parts.json?.flush();
    if (deploy) {
      const [first] = store.problems.filter(
        each => each.code === 'form.missing-property' || each.code === 'form.unknown-element',
      );
      if (first) {
        store.set({ isListOpen: true, status: { state: 'failed', text: 'Not deployed: see the problems.' } });
        return show(first);
      }
    }
    const answer = await parts.draft.version(deploy);
    if (answer?.version) {
      const { version: number, versionTag, deployed } = answer;
      store.set({
        versions: { latest: number, deployed: deployed ? { version: number, versionTag } : store.versions.deployed },
      });
    } else if (answer?.problems?.length && store.server.length) show(store.server[0]);
    return undefined;
  };
  return {
    show,
    save: () => version(false),
    // What is being typed as JSON is a step, too.
    undo() {
      parts.json?.flush();
      store.undo();
    },
    redo() {
      parts.json?.flush();
      store.redo();
    },
    deploy: () => version(true),
    edit(handle) {
      store.select(handle);
      focusEntry(handle, null);
    },
    /** Follow a link when the server has the draft. */
    async leave(event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const { href } = event.currentTarget;
      parts.json?.flush();
      if (await parts.draft.flush()) location.assign(href);
    },
  };
}

function App() {
  const [conflict, setConflict] = useState(null);
  useEffect(() => {
    builder.parts.draft = keepDraft(builder.store, data, setConflict);
  }, []);
  const settle = choice => {
    builder.parts.draft.settle(conflict, choice);
    setConflict(null);
  };
  return (
    <Builder.Provider value={builder}>
      <div class="b-builder">
        <Bar />
        <Views />
        <Problems />
        {conflict && (
          <ConflictDialog conflict={conflict} noun="form" undo="Yours stays one “Undo” away." onSettle={settle} />
        )}
      </div>
    </Builder.Provider>
  );
}

function Views() {
  const { store, canvas } = useBuilder();
  const container = useRef();
  useEffect(() => {
    canvas.current = new Canvas(store, container.current);
  }, []);
  const background = event => {
    if (!event.target.closest('.fjs-element[data-field-type]:not([data-field-type=default])')) store.select(ROOT);
  };
  return (
    <div class="b-views">
      <div
        class="b-visual"
        id="panel-visual"
        role="tabpanel"
        aria-labelledby="tab-visual"
        hidden={store.tab !== 'visual'}
      >
        <Palette />
        <section class="b-canvas" aria-label="Form" onClick={background}>
          <div class="b-sheet" ref={container} />
        </section>
        <Pane />
      </div>
      <Json />
      <Preview />
    </div>
  );
}
