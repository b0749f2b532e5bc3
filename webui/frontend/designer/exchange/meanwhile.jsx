/*
 * What has happened while somebody was in another tab: what was made there is in the lists of the panel, and a draft that
 * was saved there is offered.
 */
import { send } from '../../shared/api.js';
import { useDesigner } from '../use.js';

export function install({ data, store, modeler, draft, slots }) {
  if (!data.urls?.choices) return;
  let known = JSON.stringify(store.choices);
  addEventListener('focus', async () => {
    // Without an answer, everything stays as it is; that nothing can be saved is told elsewhere.
    const answer = await send('GET', data.urls.choices, data.csrf).catch(() => null);
    if (!answer) return;
    const found = JSON.stringify(answer.choices);
    if (found !== known) {
      known = found;
      store.set({ choices: answer.choices });
      // The panel asks for its groups again.
      modeler.get('eventBus').fire('propertiesPanel.providersChanged');
    }
    const isNewer = answer.revision > draft.revision && !draft.isDirty && store.status.state !== 'saving';
    if (isNewer !== store.isOld) store.set({ isOld: isNewer });
  });
  slots.below.push(Newer);
}

function Newer() {
  const { store, draft } = useDesigner();
  if (!store.isOld || draft.isDirty) return null;
  return (
    <div class="d-notice" role="status">
      <p>Another draft of this process was saved meanwhile.</p>
      <button type="button" class="b-button" onClick={() => location.reload()}>
        Load it
      </button>
    </div>
  );
}
