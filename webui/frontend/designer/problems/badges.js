// How many problems an element has, as a badge on the canvas: a number in a shape that says how bad they are.

const TYPE = 'problems';

/** Put badges on the elements of the diagram in place of those that are there. */
export function drawBadges(modeler, problems) {
  const overlays = modeler.get('overlays');
  const registry = modeler.get('elementRegistry');
  overlays.remove({ type: TYPE });
  const found = new Map();
  for (const each of problems) found.set(each.element, [...(found.get(each.element) ?? []), each]);
  for (const [id, own] of found) {
    const shape = id && registry.get(id);
    if (!shape?.parent) continue;
    overlays.add(shape, TYPE, { position: placeOf(shape), html: badge(own), scale: { min: 0.8, max: 1.2 } });
  }
}

function placeOf({ waypoints }) {
  if (!waypoints) return { top: -10, left: -10 };
  const left = Math.min(...waypoints.map(each => each.x));
  const top = Math.min(...waypoints.map(each => each.y));
  const [one, other] = [waypoints[0], waypoints[1]];
  return { left: (one.x + other.x) / 2 - left - 10, top: (one.y + other.y) / 2 - top - 10 };
}

function badge(found) {
  const isError = found.some(each => each.severity === 'error');
  const element = document.createElement('span');
  element.className = `d-flaw ${isError ? 'd-flaw-error' : 'd-flaw-warning'}`;
  element.textContent = found.length;
  element.title = found.map(each => `${each.message} ${each.remedy}`).join('\n');
  element.setAttribute('role', 'img');
  const what = isError ? 'problem' : 'warning';
  element.setAttribute('aria-label', `${found.length} ${what}${found.length > 1 ? 's' : ''}`);
  return element;
}
