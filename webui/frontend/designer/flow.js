// The elements of a diagram in the order of its flows, for those who read it rather than look at it.
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';

const OUT = 'bpmn:SequenceFlow';

/** Return the steps: `{element, level}`, those of a sub-process behind it, boundary events behind their activity. */
export function steps(root) {
  return stepsIn(root, 1);
}

/** Return where the flows of a step lead: `{flow, step}`. */
export function following(element) {
  return (element.outgoing ?? []).filter(each => is(each, OUT)).map(flow => ({ flow, step: flow.target }));
}

/** Return where the flows to a step come from. */
export function preceding(element) {
  return (element.incoming ?? []).filter(each => is(each, OUT)).map(flow => ({ flow, step: flow.source }));
}

function stepsIn(parent, level) {
  const nodes = (parent.children ?? []).filter(isStep);
  const isBoundary = each => is(each, 'bpmn:BoundaryEvent');
  const found = [];
  const seen = new Set();
  const visit = element => {
    if (seen.has(element) || element.parent !== parent) return;
    seen.add(element);
    found.push({ element, level }, ...stepsIn(element, level + 1));
    const attached = (element.attachers ?? []).filter(isStep);
    for (const each of attached) {
      seen.add(each);
      found.push({ element: each, level: level + 1 });
    }
    for (const { step } of following(element)) visit(step);
    for (const each of attached) for (const { step } of following(each)) visit(step);
  };
  const ofPlace = [...nodes].sort((one, other) => one.x - other.x || one.y - other.y);
  // What nothing leads to begins; what is only in a circle comes last.
  for (const each of ofPlace) if (!isBoundary(each) && !preceding(each).length && is(each, 'bpmn:StartEvent')) visit(each);
  for (const each of ofPlace) if (!isBoundary(each) && !preceding(each).length) visit(each);
  for (const each of ofPlace) if (!isBoundary(each)) visit(each);
  return found;
}

function isStep(element) {
  return !element.labelTarget && isAny(element, ['bpmn:FlowNode', 'bpmn:Participant']);
}

/** Return what people call the kind of an element: “Timer Start Event”. */
export function kindOf(element, activity) {
  if (activity) return activity.name;
  const { $type, eventDefinitions, triggeredByEvent } = getBusinessObject(element);
  const kind = triggeredByEvent ? 'Event Sub-process' : words($type).replace('Sub Process', 'Sub-process');
  const definition = eventDefinitions?.[0] && words(eventDefinitions[0].$type).replace(/ Event Definition$/, '');
  return definition ? `${definition} ${kind}` : kind;
}

/** Return what names an element: its name, or its kind when it has none. */
export function labelOf(element, activity) {
  return getBusinessObject(element).name?.trim() || kindOf(element, activity);
}

function words(type) {
  return type.replace(/^\w+:/, '').replace(/(?!^)([A-Z])/g, ' $1');
}
