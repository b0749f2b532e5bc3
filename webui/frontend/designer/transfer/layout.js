/*
 * Gives the elements of a file places on the canvas, where it says none. bpmn-auto-layout arranges the steps of one
 * process; it knows no pools, lanes, artifacts or second process, and can drop elements. So only its coordinates are
 * taken, process by process, and put into the file as it was; whatever has none yet stands in rows below.
 */
import { layoutProcess } from 'bpmn-auto-layout';

import { drawable, isEdge, isShape, isStep, placed, unplaced } from './drawn.js';

const GAP = 60;
const ROW = 1200;
/* Pixels: between processes and rows, and how wide a row of left-over elements gets. */
const PADDING = { left: 60, top: 30, right: 40, bottom: 30 };
/* Pixels around the steps in a pool; its name stands on the left. */
const LANE_NAME = 30;
const HARDLY = 0.1;
/* Up to which part of the steps can have places without being worth to be kept. */

const SIZES = [
  ['bpmn:Event', 36, 36],
  ['bpmn:Gateway', 50, 50],
  ['bpmn:DataObjectReference', 36, 50],
  ['bpmn:DataStoreReference', 50, 50],
  ['bpmn:TextAnnotation', 140, 40],
  ['bpmn:Group', 200, 120],
  ['bpmn:Participant', 600, 100],
  ['bpmn:Lane', 570, 100],
];

/** Place everything that has no place. Return how many were arranged and how many stand in rows. */
export async function arrange(moddle, definitions) {
  const page = new Page(moddle, definitions);
  const isBlank = hardlyPlaced(definitions);
  let arranged = 0;
  if (isBlank) {
    page.clear();
    for (const process of definitions.get('rootElements').filter(each => each.$instanceOf('bpmn:Process'))) {
      arranged += await page.addProcess(process);
    }
  }
  const rest = unplaced(definitions);
  page.addRows(rest);
  return { arranged, rows: rest.filter(isShape).length, isBlank };
}

function hardlyPlaced(definitions) {
  const found = placed(definitions);
  const nodes = [...drawable(definitions)].filter(isStep);
  return nodes.filter(each => found.has(each.id)).length <= HARDLY * nodes.length;
}

class Page {
  constructor(moddle, definitions) {
    this._moddle = moddle;
    this._definitions = definitions;
    this._bounds = new Map();
    for (const shape of this._planes().flatMap(plane => plane.get('planeElement'))) {
      if (shape.bounds && shape.bpmnElement) this._bounds.set(shape.bpmnElement.id, shape.bounds);
    }
    this._bottom = Math.max(0, ...[...this._bounds.values()].map(each => each.y + each.height + GAP));
  }

  _planes() {
    return this._definitions.get('diagrams').map(each => each.plane).filter(Boolean);
  }

  clear() {
    this._definitions.get('diagrams').length = 0;
    this._bounds.clear();
    this._bottom = 0;
  }

  /** The plane of the collaboration, or of the first process. */
  get _main() {
    const roots = this._definitions.get('rootElements');
    const root =
      roots.find(each => each.$instanceOf('bpmn:Collaboration')) ?? roots.find(each => each.$instanceOf('bpmn:Process'));
    return this._planeOf(root);
  }

  get _hasPools() {
    return this._definitions.get('rootElements').some(each => each.$instanceOf('bpmn:Collaboration'));
  }

  _planeOf(root) {
    const found = this._planes().find(each => each.bpmnElement === root);
    if (found) return found;
    const plane = this._moddle.create('bpmndi:BPMNPlane', { id: `BPMNPlane_${root.id}`, bpmnElement: root });
    const diagram = this._moddle.create('bpmndi:BPMNDiagram', { id: `BPMNDiagram_${root.id}`, plane });
    plane.$parent = diagram;
    diagram.$parent = this._definitions;
    this._definitions.get('diagrams').push(diagram);
    return plane;
  }

  /** Arrange one process below what is there; return how many elements were. */
  async addProcess(process) {
    const pool = this._poolOf(process);
    const at = { x: pool ? PADDING.left : 0, y: this._bottom + (pool ? PADDING.top : 0) };
    const plane = this._hasPools ? this._main : this._planeOf(process);
    const count = await this._addScope(process, plane, at);
    this._frame(process, pool);
    return count;
  }

  /** Arrange what is directly in a process or sub-process. Sub-processes are drawn closed, each with a plane of its own. */
  async _addScope(scope, plane, at) {
    const elements = new Map(scope.get('flowElements').map(each => [each.id, each]));
    let count = 0;
    for (const { id, bounds, waypoint } of await this._layout(scope)) {
      const element = elements.get(id);
      if (!element) continue;
      if (bounds) this._shape(plane, element, moved(bounds, at));
      else this._edge(plane, element, waypoint.map(point => moved(point, at)));
      count += 1;
    }
    for (const inner of elements.values()) {
      if (!inner.$instanceOf('bpmn:SubProcess') || !inner.get('flowElements').length) continue;
      count += await this._addScope(inner, this._planeOf(inner), { x: 0, y: 0 });
    }
    return count;
  }

  /** Put the rest into rows: what is a flow between places gets a straight line. */
  addRows(elements) {
    let x = 0;
    let height = 0;
    for (const element of elements.filter(isShape)) {
      const [, width, high] = SIZES.find(([type]) => element.$instanceOf(type)) ?? [null, 100, 80];
      const host = element.attachedToRef && this._bounds.get(element.attachedToRef.id);
      if (host) {
        const at = { x: host.x + host.width - width, y: host.y + host.height - high / 2, width, height: high };
        this._shape(this._planeFor(element.attachedToRef), element, at);
        continue;
      }
      if (x + width > ROW) {
        this._bottom += height + GAP;
        [x, height] = [0, 0];
      }
      this._shape(this._planeFor(element.$parent), element, { x, y: this._bottom, width, height: high });
      x += width + GAP;
      height = Math.max(height, high);
    }
    this._bottom += height + GAP;
    for (const element of elements.filter(isEdge)) this._line(element);
  }

  _line(element) {
    const ends = [[element.sourceRef].flat()[0], [element.targetRef].flat()[0]].map(each => each && this._bounds.get(each.id));
    const [from, to] = ends.map(each => each ?? { x: 0, y: this._bottom, width: 0, height: 0 });
    const plane = this._planeFor(element.$parent);
    this._edge(plane, element, straight(from, to));
  }

  /** The plane in which what is in a scope is drawn: a sub-process that was drawn closed has its own. */
  _planeFor(scope) {
    for (let at = scope; at; at = at.$parent) {
      const own = this._planes().find(each => each.bpmnElement === at);
      if (own) return own;
    }
    return this._main;
  }

  /** Return where bpmn-auto-layout puts what is in a scope, or nothing when it cannot. */
  async _layout(scope) {
    try {
      const { xml } = await this._moddle.toXML(this._outlineOf(scope));
      const { rootElement } = await this._moddle.fromXML(await layoutProcess(xml));
      return rootElement
        .get('diagrams')
        .flatMap(({ plane }) => plane.get('planeElement'))
        .filter(each => each.bpmnElement)
        .map(({ bpmnElement, bounds, waypoint }) => ({ id: bpmnElement.id, bounds, waypoint }));
    } catch {
      return [];
    }
  }

  /** Return a file with the steps of a scope and nothing in them: only how they are connected matters. */
  _outlineOf(scope) {
    const make = (type, attributes) => this._moddle.create(type, attributes);
    const nodes = new Map();
    for (const each of scope.get('flowElements').filter(element => element.$instanceOf('bpmn:FlowNode'))) {
      const isPlain = each.$instanceOf('bpmn:Event') || each.$instanceOf('bpmn:Gateway');
      nodes.set(each.id, make(isPlain ? each.$type : 'bpmn:Task', { id: each.id }));
    }
    const flows = scope.get('flowElements').filter(element => element.$instanceOf('bpmn:SequenceFlow'));
    const connected = flows.flatMap(({ id, sourceRef, targetRef }) => {
      const ends = { sourceRef: nodes.get(sourceRef?.id), targetRef: nodes.get(targetRef?.id) };
      if (!ends.sourceRef || !ends.targetRef) return [];
      const flow = make('bpmn:SequenceFlow', { id, ...ends });
      ends.sourceRef.get('outgoing').push(flow);
      ends.targetRef.get('incoming').push(flow);
      return [flow];
    });
    for (const { id, attachedToRef } of scope.get('flowElements')) {
      if (attachedToRef) nodes.get(id).attachedToRef = nodes.get(attachedToRef.id);
    }
    const flowElements = [...nodes.values(), ...connected];
    const process = make('bpmn:Process', { id: 'outline', flowElements });
    return make('bpmn:Definitions', { id: 'file', targetNamespace: 'none', rootElements: [process] });
  }

  _poolOf(process) {
    const roots = this._definitions.get('rootElements');
    const pools = roots.flatMap(each => (each.$instanceOf('bpmn:Collaboration') ? each.get('participants') : []));
    return pools.find(each => each.processRef === process);
  }

  /** Draw the pool of a process and its lanes around its steps. */
  _frame(process, pool) {
    const places = process.get('flowElements').map(({ id }) => this._bounds.get(id)).filter(Boolean);
    const right = Math.max(200, ...places.map(each => each.x + each.width));
    const bottom = Math.max(this._bottom + 60, ...places.map(each => each.y + each.height));
    if (!pool) {
      this._bottom = bottom + GAP;
      return;
    }
    const box = { x: 0, y: this._bottom, width: right + PADDING.right, height: bottom - this._bottom + PADDING.bottom };
    this._shape(this._main, pool, box, { isHorizontal: true });
    const bounds = this._bounds.get(pool.id);
    const lanes = process.get('laneSets').flatMap(each => each.get('lanes'));
    if (lanes.length) this._lanes(lanes, bounds);
    this._bottom = bounds.y + bounds.height + GAP;
  }

  /** Draw lanes below each other, inner ones in theirs; each step moves down into the lane that it belongs to. */
  _lanes(lanes, pool) {
    const { x, y, width, height } = pool;
    const moves = new Set();
    let index = 0;
    const draw = (lane, left) => {
      const first = index;
      const inner = lane.childLaneSet?.get('lanes') ?? [];
      for (const each of inner) draw(each, left + LANE_NAME);
      if (!inner.length) index += 1;
      const place = { x: left, y: y + first * height, width: x + width - left, height: (index - first) * height };
      this._shape(this._main, lane, place, { isHorizontal: true });
      for (const node of inner.length ? [] : lane.get('flowNodeRef')) {
        const bounds = this._bounds.get(node.id);
        if (!bounds || !first) continue;
        bounds.y += first * height;
        moves.add(node.id);
      }
    };
    for (const lane of lanes) draw(lane, x + LANE_NAME);
    pool.height = height * index;
    for (const edge of this._main.get('planeElement').filter(each => each.waypoint)) {
      const { sourceRef, targetRef } = edge.bpmnElement;
      if (moves.has(sourceRef?.id) || moves.has(targetRef?.id)) {
        const points = straight(this._bounds.get(sourceRef.id), this._bounds.get(targetRef.id));
        edge.waypoint = points.map(point => this._moddle.create('dc:Point', point));
      }
    }
  }

  _shape(plane, element, { x, y, width, height }, more = {}) {
    const bounds = this._moddle.create('dc:Bounds', { x, y, width, height });
    this._bounds.set(element.id, bounds);
    this._put(plane, element, this._moddle.create('bpmndi:BPMNShape', { ...this._own(element), bounds, ...more }));
  }

  _edge(plane, element, points) {
    const waypoint = points.map(({ x, y }) => this._moddle.create('dc:Point', { x, y }));
    this._put(plane, element, this._moddle.create('bpmndi:BPMNEdge', { ...this._own(element), waypoint }));
  }

  _own(element) {
    return { id: `${element.id}_di`, bpmnElement: element };
  }

  _put(plane, element, di) {
    if (element.$instanceOf('bpmn:ExclusiveGateway')) di.isMarkerVisible = true;
    di.$parent = plane;
    plane.get('planeElement').push(di);
  }
}

const moved = (place, { x, y }) => ({ ...sized(place), x: place.x + x, y: place.y + y });
const sized = ({ width, height }) => (width === undefined ? {} : { width, height });
const middle = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });

/** Return a line from the border of one box to that of another. */
function straight(from, to) {
  return [border(from, middle(to)), border(to, middle(from))];
}

/** Return where the line from the middle of a box to a point leaves the box. */
function border(box, to) {
  const from = middle(box);
  const by = { x: to.x - from.x, y: to.y - from.y };
  const scale = Math.min(
    1,
    by.x ? box.width / 2 / Math.abs(by.x) : Infinity,
    by.y ? box.height / 2 / Math.abs(by.y) : Infinity,
  );
  return { x: Math.round(from.x + by.x * scale), y: Math.round(from.y + by.y * scale) };
}
