// One diagram that is looked at, not changed.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { getBBox } from 'diagram-js/lib/util/Elements';
import { getMid } from 'diagram-js/lib/layout/LayoutUtil';

import { element } from './html.js';

// Follow the colours of the page, dark ones too; what a designer coloured keeps its colour.
const COLOURS = {
  defaultFillColor: 'var(--surface)',
  defaultStrokeColor: 'var(--text)',
  defaultLabelColor: 'var(--text)',
};
const BADGE_SCALE = { min: 0.8, max: 1 }; // readable in a diagram that is small, too
const SMALL = 50; // an event: beside it, not over what it is attached to
const NO_PLACES = 'This file has no diagram information: nothing says where its elements stand.';
const NO_BPMN = 'This diagram cannot be drawn: the file is no BPMN that can be read.';

export class Canvas {
  /** Draw a BPMN file into `parent`; return null, with a sentence in place of the diagram, for one that has no diagram. */
  static async open(parent, content, label) {
    const viewer = new NavigatedViewer({ container: parent, bpmnRenderer: COLOURS });
    try {
      await viewer.importXML(content);
    } catch (error) {
      viewer.destroy();
      const text = /no (diagram|process or collaboration) to display/.test(error.message) ? NO_PLACES : NO_BPMN;
      parent.replaceChildren(element('p', { class: 'd-nothing' }, text));
      return null;
    }
    const svg = parent.querySelector('.djs-container > svg');
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
    return new Canvas(viewer, parent);
  }

  constructor(viewer, parent) {
    this.viewer = viewer;
    this._canvas = viewer.get('canvas');
    this._registry = viewer.get('elementRegistry');
    // Only with a key the wheel is ours: whoever scrolls the page is not to be caught in the diagram.
    parent.addEventListener('wheel', event => event.ctrlKey || event.metaKey || event.stopPropagation(), { capture: true });
    this._watch = new ResizeObserver(() => this._canvas.resized());
    this._watch.observe(parent);
  }

  has(id) {
    return Boolean(this._registry.get(id));
  }

  /** Where an element lies, in the coordinates of the diagram. */
  box(id) {
    return getBBox(this._registry.get(id));
  }

  /** Where the whole diagram lies. */
  get bounds() {
    return this._canvas.viewbox().inner;
  }

  /** What is seen of it: x, y, width, height, in the coordinates of the diagram. */
  get view() {
    return this._canvas.viewbox();
  }

  set view(box) {
    this._canvas.viewbox(box);
  }

  get size() {
    return this._canvas.getSize();
  }

  onView(listener) {
    this.viewer.on('canvas.viewbox.changed', ({ viewbox }) => listener(viewbox));
  }

  /** Tell of every element that is clicked, not of flows nor of the empty space. */
  onClick(listener) {
    this.viewer.on('element.click', ({ element: clicked }) => {
      const shape = clicked.labelTarget ?? clicked;
      if (shape.parent && !shape.waypoints) listener(shape.id);
    });
  }

  /** Give an element colours; its arrowheads and icons get them, too. */
  paint(id, stroke, fill) {
    const shape = this._registry.get(id);
    if (!shape?.di || !shape.parent) return;
    shape.di.set('bioc:stroke', stroke);
    if (fill && !shape.waypoints) shape.di.set('bioc:fill', fill);
    const kind = shape.waypoints ? 'connection' : 'shape';
    this.viewer.get('graphicsFactory').update(kind, shape, this._registry.getGraphics(shape));
  }

  /** Put words above an element. */
  badge(id, kind, text) {
    const shape = this._registry.get(id);
    const small = shape && !shape.waypoints && shape.width < SMALL ? ' d-small' : '';
    this._put(id, element('span', { class: `d-badge d-${kind}${small}` }, text));
  }

  clearBadges() {
    this.viewer.get('overlays').clear();
  }

  /** Give an element a class of the stylesheet, or take it away. */
  mark(id, name, on) {
    if (!this.has(id)) return;
    if (on) this._canvas.addMarker(id, name);
    else this._canvas.removeMarker(id, name);
  }

  /** Put a sign above an element; its words are in the legend. */
  sign(id, kind, text) {
    this._put(id, element('span', { class: `d-sign d-mark d-${kind}`, title: text }));
  }

  _put(id, html) {
    const shape = this._registry.get(id);
    if (!shape?.parent) return;
    const box = getBBox(shape);
    const middle = shape.waypoints && getMid(shape);
    const position = middle ? { left: middle.x - box.x, top: middle.y - box.y } : { left: 0, top: 0 };
    this.viewer.get('overlays').add(shape, { position, html, scale: BADGE_SCALE });
  }

  /** Select an element and show the sub-process that it is in. */
  select(id) {
    const shape = id && this._registry.get(id);
    const selection = this.viewer.get('selection');
    if (!shape?.parent) return selection.select([]);
    this._canvas.setRootElement(this._canvas.findRoot(shape));
    selection.select(shape);
  }

  /** Zoom one step in (1) or out (-1), around the middle. */
  zoom(direction) {
    const { width, height } = this.size;
    this.viewer.get('zoomScroll').stepZoom(direction, { x: width / 2, y: height / 2 });
  }

  destroy() {
    this._watch.disconnect();
    this.viewer.destroy();
  }
}
