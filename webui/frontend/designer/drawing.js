// Drawing without a mouse: what can be added after a step, and what it can be connected to.
import { is } from 'bpmn-js/lib/util/ModelUtil';

const BPMN = [
  ['End Event', 'bpmn:EndEvent'],
  ['Exclusive Gateway', 'bpmn:ExclusiveGateway'],
  ['Parallel Gateway', 'bpmn:ParallelGateway'],
  ['Inclusive Gateway', 'bpmn:InclusiveGateway'],
  ['Event-based Gateway', 'bpmn:EventBasedGateway'],
  ['Timer Catch Event', 'bpmn:IntermediateCatchEvent', 'bpmn:TimerEventDefinition'],
  ['Message Catch Event', 'bpmn:IntermediateCatchEvent', 'bpmn:MessageEventDefinition'],
  ['Signal Throw Event', 'bpmn:IntermediateThrowEvent', 'bpmn:SignalEventDefinition'],
  ['Error End Event', 'bpmn:EndEvent', 'bpmn:ErrorEventDefinition'],
  ['Script Task', 'bpmn:ScriptTask'],
  ['Business Rule Task', 'bpmn:BusinessRuleTask'],
  ['Call Activity', 'bpmn:CallActivity'],
  ['Sub-process', 'bpmn:SubProcess'],
  ['Task', 'bpmn:Task'],
];
const START = ['Start Event', 'bpmn:StartEvent'];
const FIRST = { x: 200, y: 200 };
const GAP = 140;
/* Pixels: where the first element comes, and how far below the others one comes that nothing leads to. */

class Drawing {
  constructor(modeling, elementFactory, elementTemplates, eventBus, canvas, rules) {
    Object.assign(this, { modeling, elementFactory, elementTemplates, eventBus, canvas, rules });
  }

  /** Return what can be added: `{label, group, make}`; our activities first. */
  kinds(isFirst) {
    const activities = this.elementTemplates.getLatest().map(each => ({
      label: each.name,
      group: each.category?.name ?? 'Activities',
      description: each.description,
      make: () => this.elementTemplates.createElement(each),
    }));
    const elements = (isFirst ? [START, ...BPMN] : [...BPMN, START]).map(([label, type, eventDefinitionType]) => ({
      label,
      group: 'BPMN',
      make: () => this.elementFactory.createShape({ type, ...(eventDefinitionType && { eventDefinitionType }) }),
    }));
    const start = isFirst ? elements.splice(0, 1) : [];
    return [...start, ...activities, ...elements];
  }

  /** Add an element after another, connected to it; without another, below what is there. Return it. */
  add(kind, after = null) {
    const shape = kind.make();
    if (after && !is(after, 'bpmn:EndEvent')) {
      const place = this.eventBus.fire('autoPlace', { source: after, shape });
      return this.modeling.appendShape(after, shape, place, after.parent);
    }
    const root = after?.parent ?? this.canvas.getRootElement();
    const others = (root.children ?? []).filter(each => !each.waypoints);
    const bottom = Math.max(...others.map(each => each.y + each.height));
    const place = others.length ? { x: FIRST.x, y: bottom + GAP } : FIRST;
    return this.modeling.createShape(shape, place, root);
  }

  /** Return whether two elements can be connected. */
  canConnect(source, target) {
    const isThere = source.outgoing?.some(each => each.target === target);
    return !isThere && Boolean(this.rules.allowed('connection.create', { source, target }));
  }

  connect(source, target) {
    return this.modeling.connect(source, target);
  }
}

Drawing.$inject = ['modeling', 'elementFactory', 'elementTemplates', 'eventBus', 'canvas', 'rules'];

export default { drawing: ['type', Drawing] };
