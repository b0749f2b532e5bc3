/*
 * The Process Designer. The page brings what it needs in #designer-data; nothing else is asked for before something is
 * saved. Each part of the designer is handed one object:
 *
 *   app.data      what the page brought, unchanged
 *   app.store     the state (store.js). `store.subscribe(listener)` is told of everything: `store.changes` has become
 *                 larger when the diagram has changed, `store.selection` when something else is selected.
 *                 `store.set({problems, variables, status, deployed})` is how the answers of the server get onto the
 *                 page: the bar, the outline, the canvas and the completion of FEEL follow.
 *   app.modeler   the bpmn-js modeler; `app.modeler.get('modeling')` and so on
 *   app.commands  what can be done (commands.js). The bar has buttons for the commands `problems`, `try`, `save` and
 *                 `deploy` as soon as somebody has registered them; keys and the list of keys ask there, too.
 *   app.xml()     the diagram as text; what is being typed in the panel is part of it
 *   app.open(xml) show another text as the diagram; return whether that could be done
 *   app.draft     keeps the draft on the server (exchange/)
 *   app.show(id, field)  select an element, bring it into view, and put the focus on the entry of one parameter
 *
 * A part is a function `install(app)` in the list PARTS below; it is called when the diagram is open. What a part shows
 * is a component, which `useDesigner()` gives the app: `app.slots.canvas` is drawn on the canvas, `app.slots.below` below
 * it, `app.slots.dialogs` over the page. `app.slots.side` holds what can stand beside the diagram, in a tab after the
 * properties: `{id, label, isOpen(), width(), Part}`; `store.side` says which one is seen. Add to them in `install`.
 */
import { render } from 'preact';

import { Commands } from './commands.js';
import { install as installDeploy } from './deploy/index.jsx';
import { install as installExchange } from './exchange/index.jsx';
import { install as installMeanwhile } from './exchange/meanwhile.jsx';
import { listen } from './keys.js';
import { Layout } from './layout.jsx';
import { createModeler, settle } from './modeler.js';
import { install as installProblems } from './problems/index.jsx';
import { show } from './show.js';
import { install as installSimulate } from './simulate/index.jsx';
import { Store } from './store.js';
import { install as installTransfer } from './transfer/index.jsx';
import { openFile } from './transfer/open.js';
import { install as installTryIt } from './tryit/index.jsx';
import { Designer } from './use.js';
import { install as installView } from './view.jsx';
import './styles/index.css';

const PARTS = [
  installView,
  installExchange,
  installMeanwhile,
  installProblems,
  installDeploy,
  installTransfer,
  installSimulate,
  installTryIt,
  listen,
];

const data = JSON.parse(document.getElementById('designer-data').textContent);
const store = new Store(data);
const app = {
  data,
  store,
  commands: new Commands(),
  slots: { canvas: [], below: [], side: [], dialogs: [] },
  get modeler() {
    return store.modeler;
  },
  async xml() {
    settle(store.modeler);
    return (await store.modeler.saveXML({ format: true })).xml;
  },
  open: xml => openFile(store, xml),
  show: (id, field) => show(app, id, field),
};

const container = document.getElementById('designer');
render(
  <Designer.Provider value={app}>
    <Layout />
  </Designer.Provider>,
  container,
);
start();

async function start() {
  const modeler = createModeler({
    canvas: container.querySelector('.d-canvas'),
    panel: container.querySelector('.d-panel-groups'),
    store,
  });
  store.set({ modeler });
  modeler.on('commandStack.changed', ({ trigger }) => {
    if (trigger) store.set({ changes: store.changes + 1 });
  });
  modeler.on('selection.changed', () => store.set({ selection: modeler.get('selection').get() }));
  await app.open(data.content);
  for (const install of PARTS) install(app);
  if (data.test) Object.assign(window, { modeler, designer: app });
  store.set({});
}
