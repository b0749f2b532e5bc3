// Leads to a place in the diagram: the element on the canvas, and the entry in the panel.
import { extension, input } from './extensions.js';
import { settle } from './modeler.js';

const PANEL = '.d-panel-groups .bio-properties-panel';
const CONTROLS = 'input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [contenteditable=true]';

/** Select an element and put the focus on the entry of one of its parameters; return whether it is there. */
export function show(app, id, field = null) {
  const isThere = select(app, id);
  if (isThere) focusPanel(app, field);
  return isThere;
}

/** Select an element and bring it into view; return whether it is there. */
export function select({ modeler }, id) {
  const element = modeler.get('elementRegistry').get(id);
  if (!element) return false;
  const canvas = modeler.get('canvas');
  settle(modeler);
  if (element === canvas.getRootElement()) modeler.get('selection').select([]);
  else {
    canvas.scrollToElement(element);
    modeler.get('selection').select(element);
  }
  return true;
}

/** Put the focus into the panel: on the entry of a field, or on the first one; groups that are closed are opened. */
export function focusPanel({ modeler, store }, field = null) {
  if (store.side !== 'properties') store.set({ side: 'properties' });
  // The panel draws itself after what was selected.
  requestAnimationFrame(() =>
    setTimeout(() => {
      const entry = field && entryOf(modeler, field);
      const group = entry ? entry.closest(`${PANEL}-group`) : document.querySelector(`${PANEL}-group`);
      if (!group) return;
      for (const header of closed(group, entry)) header.click();
      requestAnimationFrame(() => (entry ?? group).querySelector(CONTROLS)?.focus());
    }),
  );
}

/** Return the entry for a field: that of a template, that of bpmn.io's panel, or the row of an input parameter. */
function entryOf(modeler, field) {
  const entries = [...document.querySelectorAll(`${PANEL}-entry, ${PANEL}-collapsible-entry`)];
  const [element] = modeler.get('selection').get();
  const row = element && input(element, field);
  const rows = extension(element ?? {}, 'zeebe:IoMapping')?.get('inputParameters') ?? [];
  const names = [
    modeler.get('idflowPanel').entryOf(field),
    ...(OTHERS[field] ?? []),
    row && `${element.id}-input-${rows.indexOf(row)}-source`,
  ];
  return names.map(name => entries.find(each => name && each.dataset.entryId === name)).find(Boolean);
}

/** Return the headers that have to be pressed before an entry can be seen, from the outside in. */
function closed(group, entry) {
  const row = entry?.parentElement.closest(`${PANEL}-collapsible-entry`);
  return [group.querySelector(`${PANEL}-group-header`), row?.querySelector(`${PANEL}-collapsible-entry-header`)].filter(
    header => header && !header.classList.contains('open') && !header.parentElement.classList.contains('open'),
  );
}

/* What the server calls a field, and what bpmn.io's panel calls its entry, where that is another name. */
const OTHERS = {
  condition: ['conditionExpression', 'condition'],
  timer: ['timerEventDefinitionValue', 'timerEventDefinitionType'],
  type: ['taskDefinitionType'],
  script: ['scriptExpression'],
  resultVariable: ['resultVariable', 'scriptResultVariable'],
  processId: ['targetProcessId'],
  correlationKey: ['messageSubscriptionCorrelationKey'],
  collection: ['multiInstance-inputCollection'],
  inputElement: ['multiInstance-inputElement'],
  outputCollection: ['multiInstance-outputCollection'],
  outputElement: ['multiInstance-outputElement'],
  completionCondition: ['multiInstance-completionCondition', 'completionCondition'],
  versionTag: ['formVersion', 'versionTag'],
  bindingType: ['formVersion', 'bindingType'],
};
