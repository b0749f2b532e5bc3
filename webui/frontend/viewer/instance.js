// The diagram of a process instance: where it went, where it stands, what stopped it.
import { drawAlone } from './alone.js';
import { begin, legend } from './controls.js';

const LEGEND = [
  ['passed', 'Passed'],
  ['token', 'A token is here'],
  ['incident', 'Incident'],
];
const LABEL = 'Diagram of the process. What it shows is also below, in words.';
const WAITS = { form: 'a form', timer: 'a time', message: 'a message', signal: 'a signal', condition: 'a condition' };

/**
 * Draw into `parent`; return what can be done with it: `select(id)`, `mark(id)`, which moves nothing, and `destroy()`.
 * Whoever clicks an element is heard by `idflow:element`. Drawn again, it shows the part that it showed: `view`.
 */
export async function drawInstance(parent, { content, passed, flows, tokens, incident, selected }, view) {
  const drawn = await drawAlone(parent, { content, label: LABEL });
  const { canvas, region } = drawn;
  if (!canvas) return drawn;
  for (const id of [...passed, ...flows]) canvas.paint(id, 'var(--success)');
  for (const { element: id } of tokens) canvas.paint(id, 'var(--accent)', 'var(--accent-soft)');
  if (incident?.element) canvas.paint(incident.element, 'var(--danger)', 'var(--danger-soft)');
  for (const [id, text] of badges(tokens, incident)) canvas.badge(id, 'token', text);
  if (incident?.element) canvas.badge(incident.element, 'incident', 'Incident');
  region.append(legend(LEGEND));
  begin([canvas], [selected, incident?.element, ...tokens.map(each => each.element)].filter(Boolean));
  if (view) canvas.view = view;
  canvas.onClick(id => document.dispatchEvent(new CustomEvent('idflow:element', { detail: id })));
  const mark = id => canvas.select(id);
  mark(selected);
  return { ...drawn, mark };
}

/** One badge for each element that holds tokens; an element that failed says so itself. */
function badges(tokens, incident) {
  const found = new Map();
  for (const { element: id, waitsFor } of tokens) {
    if (id === incident?.element) continue;
    const known = found.get(id) ?? { count: 0, waits: new Set() };
    known.count += 1;
    if (WAITS[waitsFor]) known.waits.add(WAITS[waitsFor]);
    found.set(id, known);
  }
  return [...found].map(([id, { count, waits }]) => {
    const what = waits.size ? `Waits for ${[...waits].join(', ')}` : 'Is here';
    return [id, count > 1 ? `${count} × ${what}` : what];
  });
}
