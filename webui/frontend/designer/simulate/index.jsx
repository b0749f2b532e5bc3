// A quick look at how tokens go through the diagram, in a dialog with a diagram of its own.
import { useEffect, useRef, useState } from 'preact/hooks';

import { useDesigner } from '../use.js';

export function install({ store, commands, slots }) {
  commands.register('simulate', {
    title: 'Simulate tokens',
    group: 'Test',
    isEnabled: () => !store.broken,
    run: () => store.set({ isSimulating: true }),
  });
  slots.dialogs.push(Simulate);
}

function Simulate() {
  const { store } = useDesigner();
  return store.isSimulating ? <Dialog /> : null;
}

function Dialog() {
  const app = useDesigner();
  const dialog = useRef();
  const canvas = useRef();
  const [error, setError] = useState(null);
  useEffect(() => {
    let viewer = null;
    let isGone = false;
    dialog.current.showModal();
    Promise.all([import('./viewer.js'), app.xml()])
      .then(([{ simulate }, xml]) => (isGone ? null : simulate(canvas.current, xml)))
      .then(
        made => {
          viewer = made;
          if (isGone) viewer?.destroy();
        },
        ({ message }) => setError(message),
      );
    return () => {
      isGone = true;
      viewer?.destroy();
    };
  }, []);
  const close = () => {
    dialog.current.close();
    app.store.set({ isSimulating: false });
  };
  return (
    <dialog class="b-dialog d-simulate" ref={dialog} aria-labelledby="simulate-title" onCancel={close}>
      <header>
        <div>
          <h2 id="simulate-title">Simulated tokens</h2>
          <p>
            This only follows the arrows. It ignores conditions, forms, services and variables: at a gateway, you choose
            the way.
          </p>
        </div>
        <button type="button" class="b-button" onClick={close}>
          Close
        </button>
      </header>
      {error && <p class="b-error">{error}</p>}
      <div class="d-simulate-canvas" ref={canvas} />
    </dialog>
  );
}
