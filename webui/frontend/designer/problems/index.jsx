/*
 * What is wrong with the process. The server says it with every draft that it keeps; in between, the page looks for
 * what it can see by itself. Both are one list, `store.problems`.
 */
import { settle } from '../modeler.js';
import { drawBadges } from './badges.js';
import { List } from './list.jsx';
import { merged } from './merge.js';

const PAUSE = 250;
/* Milliseconds from the last change until the page looks itself. */

export function install(app) {
  const { data, store, commands, slots } = app;
  let timer = null;
  let lint = null;
  let seen = { changes: -1, server: null, local: null, drawn: null };
  store.set({ server: store.problems, local: [] });
  store.subscribe(() => {
    if (store.broken) return;
    if (store.changes !== seen.changes) {
      seen.changes = store.changes;
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    }
    if (store.server !== seen.server || store.local !== seen.local) {
      seen = { ...seen, server: store.server, local: store.local };
      const problems = merged(store.server, store.local);
      drawBadges(store.modeler, problems);
      store.set({ problems });
    }
  });
  commands.register('problems', {
    title: 'Show or hide the problems',
    keys: ['Alt+4'],
    group: 'View',
    isEverywhere: true,
    run: () => {
      settle(store.modeler);
      store.set({ isListOpen: !store.isListOpen });
    },
  });
  slots.below.push(List);

  async function look() {
    lint ??= await import('./rules.js').then(({ linterOf }) => linterOf(data.templates));
    const { changes } = store;
    const local = await lint(store.modeler.getDefinitions());
    if (changes === store.changes) store.set({ local });
  }
}
