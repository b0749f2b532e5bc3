/*
 * *Try it*: what is on the screen runs in a sandbox of the server, beside the diagram. All but the button comes when it
 * is pressed.
 */
import { useDesigner } from '../use.js';

const BESIDE = 820;
const BELOW = 430;
const LARGE = 1700;
/* Pixels: how wide the part is, with the page beside or above what is known of the run, and which screens have room. */

export function install(app) {
  const { data, store, commands, slots } = app;
  if (!data.may?.sandbox || !data.urls?.sandboxes) return;
  commands.register('try', {
    title: 'Try it: run what is on the screen, without touching anything real',
    keys: ['Alt+5'],
    isEverywhere: true,
    isEnabled: () => !store.broken,
    run: () => tryIt(app),
  });
  slots.canvas.push(Legend);
  slots.below.push(NotBegun);
  slots.side.push({
    id: 'try',
    label: 'Try it',
    isOpen: () => Boolean(store.run),
    width: () => (innerWidth < LARGE ? BELOW : BESIDE),
    Part: () => store.run.draw(),
  });
}

/** Begin a run, or show the one that is open. */
async function tryIt(app) {
  const { store } = app;
  store.set({ notBegun: null });
  if (store.run) {
    store.set({ side: 'try' });
    document.getElementById('tab-try').focus();
    return;
  }
  if (app.isBeginning) return;
  app.isBeginning = true;
  try {
    const { begin } = await import('./panel.jsx');
    await begin(app);
  } catch ({ message }) {
    store.set({ notBegun: message });
  } finally {
    app.isBeginning = false;
  }
}

function NotBegun() {
  const { store } = useDesigner();
  if (!store.notBegun) return null;
  return (
    <div class="d-notice" role="alert">
      <p>Not started: {store.notBegun}</p>
      <button type="button" class="b-button" onClick={() => store.set({ notBegun: null })}>
        Close
      </button>
    </div>
  );
}

function Legend() {
  const { store } = useDesigner();
  if (!store.run) return null;
  return (
    <ul class="d-run-legend" aria-label="Signs on the diagram">
      <li>✓ Passed</li>
      <li>● A token is here</li>
      <li>! Incident</li>
      <li>⚙ Result set</li>
    </ul>
  );
}
