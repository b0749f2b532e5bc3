// Boundary events for the BPMN errors of an activity.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

const DEFINITION = 'bpmn:ErrorEventDefinition';
const ALL = '*';
const WIDTH = 36;
const MARGIN = 10;
/* Pixels: what an event takes on the border of its activity, and how far its middle is from the corner. */

class ErrorBoundaries {
  constructor(modeling, bpmnFactory, elementFactory, steps) {
    Object.assign(this, { modeling, bpmnFactory, elementFactory, steps });
  }

  /** Return what catches an error on an activity: its code, `*` for an event that catches all, or null. */
  caught(element, code) {
    const codes = (element.attachers ?? [])
      .flatMap(each => getBusinessObject(each).eventDefinitions ?? [])
      .filter(each => is(each, DEFINITION))
      .map(each => each.errorRef?.errorCode ?? ALL);
    return codes.includes(code) ? code : codes.includes(ALL) ? ALL : null;
  }

  /** Attach an event that catches an error; one step. Return it. */
  add(element, code) {
    return this.steps.do(() => {
      const shape = this.elementFactory.createShape({
        type: 'bpmn:BoundaryEvent',
        eventDefinitionType: DEFINITION,
      });
      const event = this.modeling.createShape(shape, this._place(element), element, { attach: true });
      this.modeling.updateProperties(event, { name: code });
      const [definition] = getBusinessObject(event).eventDefinitions;
      this.modeling.updateModdleProperties(event, definition, { errorRef: this._error(element, code) });
      // The panel of the activity says so, then and when it is undone.
      this.modeling.updateProperties(element, {});
      return event;
    });
  }

  /** Return a free place on the border: the corners, so that the names have room, then anywhere below. */
  _place({ x, y, width, height, attachers = [] }) {
    const taken = attachers.map(each => ({ x: each.x + each.width / 2, y: each.y + each.height / 2 }));
    const [left, right, bottom] = [x + MARGIN, x + width - MARGIN, y + height];
    const corners = [right, left].map(each => ({ x: each, y: bottom }));
    const above = [right, left].map(each => ({ x: each, y }));
    const isFree = place => taken.every(each => Math.hypot(each.x - place.x, each.y - place.y) >= WIDTH);
    return [...corners, ...above, { x: x + width / 2, y: bottom }].find(isFree) ?? { x: x + width / 2, y: bottom };
  }

  /** Return the error of a code among the roots of the file; it is added when it is not there. */
  _error(element, code) {
    const definitions = rootOf(getBusinessObject(element));
    const rootElements = definitions.get('rootElements');
    const there = rootElements.find(each => is(each, 'bpmn:Error') && each.errorCode === code);
    if (there) return there;
    const made = this.bpmnFactory.create('bpmn:Error', { name: code, errorCode: code });
    made.$parent = definitions;
    this.modeling.updateModdleProperties(element, definitions, { rootElements: [...rootElements, made] });
    return made;
  }
}

ErrorBoundaries.$inject = ['modeling', 'bpmnFactory', 'elementFactory', 'steps'];

function rootOf(businessObject) {
  let root = businessObject;
  while (root.$parent) root = root.$parent;
  return root;
}

export default { errorBoundaries: ['type', ErrorBoundaries] };
