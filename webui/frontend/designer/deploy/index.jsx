// Save & Deploy: refused while there are errors, otherwise a dialog says what will change.
import { settle } from '../modeler.js';
import { Deploy } from './dialog.jsx';

export function install(app) {
  const { data, store, commands, slots } = app;
  if (!app.draft || !data.may?.deploy) return;
  commands.register('deploy', {
    title: 'Save and deploy as the next version',
    run: async () => {
      settle(store.modeler);
      if (!(await app.draft.flush())) return;
      // What the page has found itself may be older than what was just saved, and is no rule of the server.
      const first = store.server.find(each => each.severity === 'error');
      if (first) {
        const status = { state: 'failed', text: 'Not deployed: see the problems.' };
        store.set({ isListOpen: true, status });
        if (first.element) app.show(first.element, first.field);
      } else store.set({ isDeploying: true });
    },
  });
  slots.dialogs.push(Deploy);
}
