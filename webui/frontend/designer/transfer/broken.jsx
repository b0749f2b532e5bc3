// A file that cannot be shown as a diagram: why, where, and the text to mend. Nothing of it is lost meanwhile.
import { useEffect, useRef, useState } from 'preact/hooks';

import { useDesigner } from '../use.js';

export function Broken() {
  const app = useDesigner();
  const { store } = app;
  const host = useRef();
  const editor = useRef();
  const [isBusy, setBusy] = useState(false);
  const { title = 'This file cannot be shown as a diagram', message, place } = store.broken;
  useEffect(() => {
    let isGone = false;
    import('./text.js').then(({ Text }) => {
      if (isGone) return;
      editor.current = new Text(host.current, store.broken.text, text => {
        store.broken.text = text;
        store.set({ changes: store.changes + 1 });
      });
      if (place) editor.current.goTo(place);
    });
    return () => {
      isGone = true;
      editor.current?.destroy();
    };
  }, []);
  const again = async () => {
    setBusy(true);
    if (!(await app.open(store.broken.text)) && store.broken.place) editor.current?.goTo(store.broken.place);
    setBusy(false);
  };
  return (
    <section class="d-broken" aria-labelledby="broken-title">
      <h2 id="broken-title">{title}</h2>
      <p role="alert">{message}</p>
      <p class="b-help">The text is kept as it is. Mend it here, then show it again.</p>
      <div class="d-text" ref={host} />
      <div class="b-dialog-buttons">
        <button type="button" class="b-button b-primary" disabled={isBusy} onClick={again}>
          Show the diagram
        </button>
      </div>
    </section>
  );
}
