// The order of the groups in the panel, and what the engine has no use for.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { isOfTemplate } from './form.jsx';

const HIDDEN = new Set([
  'Zeebe__ExecutionListeners',
  'Zeebe__TaskListeners',
  'headers',
  'assignmentDefinition',
  'userTaskImplementation',
  'adHocSubProcessImplementation',
  'outputCollection',
]);
const HIDDEN_ENTRIES = new Set(['isExecutable', 'taskDefinitionRetries', 'variableNames', 'variableEvents']);
const OUTPUT = 'ElementTemplates__CustomProperties-output';
const LABELS = { inputs: 'Input Mapping', outputs: 'Output Mapping', documentation: 'Documentation' };
const ORDER = [
  'idflow-suggestion',
  'general',
  'condition',
  'ElementTemplates__CustomProperties-input',
  'idflow-form',
  'ElementTemplates__CustomProperties',
  'inputs',
  'idflow-outputs',
  'outputs',
  'idflow-errors',
];
const OPEN = new Set([
  'general',
  'condition',
  'event-condition',
  'timer',
  'message',
  'signal',
  'error',
  'escalation',
  'link',
  'script',
  'calledElement',
  'calledDecision',
]);
const LAST = ['multiInstance', 'documentation', 'ElementTemplates__Template'];

/** Return the groups of others and our own, in order, without what would be refused. */
export function arranged(groups, own, element) {
  const has = new Set(own.map(each => each.id));
  const isTaken = each =>
    has.has('idflow-form') ? each.id === 'form' || isOfTemplate(each) : has.has('idflow-outputs') && each.id === OUTPUT;
  const kept = groups
    .filter(each => !HIDDEN.has(each.id) && !isTaken(each) && !isUseless(each, element))
    .map(each => ({
      ...each,
      label: LABELS[each.id] ?? each.label,
      ...(OPEN.has(each.id) && { shouldOpen: true }),
      ...(each.entries && { entries: each.entries.filter(entry => !HIDDEN_ENTRIES.has(entry.id)) }),
    }))
    .filter(each => !each.entries || each.entries.length || each.id === 'ElementTemplates__Template');
  return [...kept, ...own].sort((one, other) => place(one) - place(other));
}

function place({ id }) {
  const first = ORDER.indexOf(id);
  const last = LAST.indexOf(id);
  return first >= 0 ? first : last >= 0 ? ORDER.length + 1 + last : ORDER.length;
}

/** Free properties mean something for forms, which have entries of their own, and for messages that are sent. */
function isUseless({ id }, element) {
  if (id !== 'Zeebe__ExtensionProperties') return false;
  return !isAny(element, ['bpmn:ThrowEvent', 'bpmn:SendTask']) || is(element, 'bpmn:IntermediateCatchEvent');
}
