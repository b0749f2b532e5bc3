// What parameters can refer to: what was made in another tab is in the lists when somebody comes back to this one.
import { send } from '../../shared/api.js';

export function install({ data, store, modeler }) {
  if (!data.urls?.choices) return;
  let known = JSON.stringify(store.choices);
  addEventListener('focus', async () => {
    // Without an answer, the lists stay as they are; that nothing can be saved is told elsewhere.
    const answer = await send('GET', data.urls.choices, data.csrf).catch(() => null);
    const found = JSON.stringify(answer?.choices);
    if (!found || found === known) return;
    known = found;
    store.set({ choices: answer.choices });
    // The panel asks for its groups again.
    modeler.get('eventBus').fire('propertiesPanel.providersChanged');
  });
}
