// Leads to a place in the diagram: the element on the canvas, and the entry in the panel.
import { settle } from './modeler.js';

const PANEL = '.d-panel-groups .bio-properties-panel';
const CONTROLS = 'input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [contenteditable=true]';

/** Select an element and put the focus on the entry of one of its parameters; return whether it is there. */
export function show(app, id, field = null) {
  const { modeler } = app;
  const element = modeler.get('elementRegistry').get(id);
  if (!element) return false;
  const canvas = modeler.get('canvas');
  settle(modeler);
  if (element === canvas.getRootElement()) modeler.get('selection').select([]);
  else {
    canvas.scrollToElement(element);
    modeler.get('selection').select(element);
  }
  focusPanel(app, field);
  return true;
}

/** Put the focus into the panel: on the entry of a field, or on the first one; groups that are closed are opened. */
export function focusPanel({ modeler }, field = null) {
  // The panel draws itself after what was selected.
  requestAnimationFrame(() =>
    setTimeout(() => {
      const id = modeler.get('idflowPanel').entryOf(OTHERS[field] ?? field);
      const entry = [...document.querySelectorAll(`${PANEL}-entry`)].find(each => each.dataset.entryId === id);
      const group = entry ? entry.closest(`${PANEL}-group`) : document.querySelector(`${PANEL}-group`);
      if (!group) return;
      const header = group.querySelector('.bio-properties-panel-group-header');
      if (!header.classList.contains('open')) header.click();
      requestAnimationFrame(() => (entry ?? group).querySelector(CONTROLS)?.focus());
    }),
  );
}

/* What the server calls a field, and what the panel calls its entry. */
const OTHERS = { condition: 'conditionExpression', timer: 'timerEventDefinitionValue' };
