// What of a file has a place on the canvas, and what has none.

const SHAPES = ['bpmn:FlowNode', 'bpmn:Participant', 'bpmn:Lane', 'bpmn:TextAnnotation', 'bpmn:Group'];
const DATA = ['bpmn:DataObjectReference', 'bpmn:DataStoreReference'];
const EDGES = ['bpmn:SequenceFlow', 'bpmn:MessageFlow', 'bpmn:Association'];

const isOne = (element, types) => types.some(type => element.$instanceOf(type));

export const isStep = element => element.$instanceOf('bpmn:FlowNode');
export const isEdge = element => isOne(element, EDGES);
export const isShape = element => isOne(element, SHAPES) || isOne(element, DATA);

/** Yield every element of a file that is drawn as a shape or an edge, each after what it is in. */
export function* drawable(definitions) {
  for (const root of definitions.get('rootElements')) {
    if (root.$instanceOf('bpmn:Collaboration')) {
      yield* [...root.get('participants'), ...root.get('artifacts'), ...root.get('messageFlows')];
    } else if (root.$instanceOf('bpmn:Process')) yield* inside(root);
  }
}

/** Yield what is drawn in a process or sub-process. */
export function* inside(scope) {
  for (const set of scope.get('laneSets')) yield* lanes(set);
  for (const element of [...scope.get('flowElements'), ...scope.get('artifacts')]) {
    if (isShape(element) || isEdge(element)) yield element;
    if (element.$instanceOf('bpmn:SubProcess')) yield* inside(element);
  }
}

function* lanes(set) {
  for (const lane of set.get('lanes')) {
    yield lane;
    if (lane.childLaneSet) yield* lanes(lane.childLaneSet);
  }
}

/** Return the ids of everything that has a place. */
export function placed(definitions) {
  const found = new Set();
  for (const diagram of definitions.get('diagrams')) {
    for (const each of diagram.plane?.get('planeElement') ?? []) if (each.bpmnElement) found.add(each.bpmnElement.id);
  }
  return found;
}

/** Return the elements that have no place, of which bpmn-js would show nothing. */
export function unplaced(definitions) {
  const found = placed(definitions);
  return [...drawable(definitions)].filter(each => !found.has(each.id));
}
