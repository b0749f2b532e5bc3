/*
 * Where a run stands, on the diagram that is being drawn: classes and overlays only, so that neither the file nor its
 * history knows of them. Each has a sign or words, not only a colour.
 */
import { endOf, resultOf, waitsOf } from './words.js';

const TYPE = 'run';
const SCALE = { min: 0.8, max: 1.1 };
const PLACES = {
  above: { top: 0, left: 0 },
  right: { top: 0, right: 0 },
  below: { bottom: 0, left: 0 },
  beside: { bottom: 14, right: -4 },
};
const RACE = 'bpmn:EventBasedGateway';
/* What follows it waits; the flow that was taken is the one to what happened. */

export class Marks {
  constructor(modeler) {
    this._canvas = modeler.get('canvas');
    this._overlays = modeler.get('overlays');
    this._registry = modeler.get('elementRegistry');
    this._marked = [];
  }

  /** Take all of them away. */
  clear() {
    this._overlays.remove({ type: TYPE });
    for (const [id, name] of this._marked) if (this._registry.get(id)) this._canvas.removeMarker(id, name);
    this._marked = [];
  }

  /** Show where a run stands, in place of what is shown. */
  draw(state) {
    this.clear();
    const { passed, tokens, incident, clock, results } = state;
    for (const [id, count] of counted(passed)) {
      this._mark(id, 'passed');
      this._put(id, 'passed', count > 1 ? `✓ ${count}` : '✓', count > 1 ? `Passed ${count} times` : 'Passed', 'right');
    }
    for (const id of this._taken(state)) this._mark(id, 'passed');
    for (const [id, words] of placesOf(tokens, clock)) {
      if (id === incident?.element) continue;
      this._mark(id, 'here');
      this._put(id, 'here', `● ${words}`, words, this._isOnBorder(id) ? 'beside' : 'above');
    }
    const end = endOf(state);
    if (end) this._put(end, 'here', '■ Ended', 'Ended here');
    if (incident?.element) {
      this._mark(incident.element, 'incident');
      this._put(incident.element, 'incident', '! Incident', `Incident: ${incident.message}`);
    }
    for (const [id, result] of Object.entries(results)) {
      this._put(id, 'set', `⚙ ${resultOf(result)}`, `Set: ${resultOf(result)}`, 'below');
    }
  }

  _mark(id, name) {
    const shape = this._registry.get(id);
    if (!shape?.parent) return;
    this._canvas.addMarker(id, `d-run-${name}`);
    this._marked.push([id, `d-run-${name}`]);
  }

  _put(id, name, text, words, place = 'above') {
    const shape = this._registry.get(id);
    if (!shape?.parent || shape.waypoints) return;
    const html = Object.assign(document.createElement('span'), { className: `d-run-badge d-run-badge-${name}` });
    html.classList.add(`d-run-${place}`);
    html.textContent = text;
    html.setAttribute('role', 'img');
    html.setAttribute('aria-label', words);
    this._overlays.add(shape, TYPE, { position: PLACES[place], html, scale: SCALE });
  }

  _isOnBorder(id) {
    return this._registry.get(id)?.type === 'bpmn:BoundaryEvent';
  }

  /** Return the flows that were taken: of several, those that the timeline names. */
  _taken({ timeline, passed }) {
    const done = new Map();
    for (const { what, element, detail } of timeline) {
      if (what === 'completed') done.set(element, [...(done.get(element) ?? []), ...(detail ?? '').split(' ')]);
    }
    const flows = this._registry.filter(each => each.businessObject?.$type === 'bpmn:SequenceFlow' && each.waypoints);
    return flows
      .filter(({ id, source, target }) => {
        if (!done.has(source?.id)) return false;
        const isOnly = source.outgoing.filter(each => each.type === 'bpmn:SequenceFlow').length === 1;
        const isRaced = source.type === RACE && passed.includes(target?.id);
        return isOnly || done.get(source.id).includes(id) || isRaced;
      })
      .map(({ id }) => id);
  }
}

function counted(ids) {
  const counts = new Map();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Return the words for each element that holds tokens. What stands in a called process is not in this diagram. */
function placesOf(tokens, clock) {
  const found = new Map();
  for (const token of tokens) {
    if (token.called) continue;
    const words = waitsOf(token, clock);
    const { count = 0, all = new Set() } = found.get(token.element) ?? {};
    found.set(token.element, { count: count + 1, all: all.add(words) });
  }
  return [...found].map(([id, { count, all }]) => [id, `${count > 1 ? `${count} × ` : ''}${[...all].join(', ')}`]);
}
