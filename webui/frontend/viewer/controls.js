// Zoom: buttons with words, keys while the diagram has the focus. Several canvases show the same part.
import { element } from './html.js';

const MARGIN = 24;
const SMALL = 0.4; // a whole diagram says nothing when it is smaller
const READABLE = 0.75; // the least scale at which one element is shown

/** Show all that there is in the canvases, never larger than it was drawn. */
export function fit(canvases) {
  if (!canvases.length) return;
  const box = union(canvases.map(each => each.bounds));
  const size = canvases[0].size;
  const scale = Math.min(1, size.width / (box.width + 2 * MARGIN), size.height / (box.height + 2 * MARGIN));
  look(canvases, middle(box), scale);
}

/** Bring boxes of a diagram into the middle, all of them or, when they are too far from each other, the last one. */
export function centre(canvases, boxes) {
  const { view, size } = canvases[0];
  const scale = Math.max(READABLE, view.scale);
  const all = union(boxes);
  const fits = all.width * scale <= size.width && all.height * scale <= size.height;
  look(canvases, middle(fits ? all : boxes.at(-1)), scale);
}

/** Begin with the whole diagram or, where it would be too small to read, with one of its elements. */
export function begin(canvases, ids) {
  fit(canvases);
  const canvas = canvases.find(each => ids.some(id => each.has(id)));
  const id = canvas && ids.find(each => canvas.has(each));
  if (id && canvas.view.scale < SMALL) centre(canvases, [canvas.box(id)]);
}

/** Let canvases that are beside each other show the same part. */
export function follow(canvases) {
  let following = false;
  for (const canvas of canvases) {
    canvas.onView(({ x, y, width, height }) => {
      if (following) return;
      following = true;
      for (const other of canvases) if (other !== canvas) other.view = { x, y, width, height };
      following = false;
    });
  }
}

/** Return the buttons; `region` is where the keys +, - and 0 do the same. */
export function controls(canvases, region) {
  const acts = [
    ['Zoom in', '+', () => canvases[0].zoom(1)],
    ['Zoom out', '-', () => canvases[0].zoom(-1)],
    ['Whole diagram', '0', () => fit(canvases)],
  ];
  region.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = acts.find(([, key]) => key === (event.key === '=' ? '+' : event.key));
    if (!act) return;
    event.preventDefault();
    act[2]();
  });
  const buttons = acts.map(([text, key, run]) => {
    const button = element('button', { type: 'button', 'aria-keyshortcuts': key, title: `${text} (${key})` }, text);
    button.addEventListener('click', run);
    return button;
  });
  return element('div', { class: 'd-controls', role: 'group', 'aria-label': 'Zoom' }, ...buttons);
}

/** Return what the signs mean, in words. */
export function legend(entries) {
  const items = entries.map(([kind, text]) => element('li', {}, element('span', { class: `d-sign d-${kind}` }), text));
  return element('ul', { class: 'd-legend', 'aria-label': 'What the signs mean' }, ...items);
}

function look(canvases, { x, y }, scale) {
  for (const canvas of canvases) {
    const width = canvas.size.width / scale;
    const height = canvas.size.height / scale;
    canvas.view = { x: x - width / 2, y: y - height / 2, width, height };
  }
}

function union(boxes) {
  const x = Math.min(...boxes.map(each => each.x));
  const y = Math.min(...boxes.map(each => each.y));
  const right = Math.max(...boxes.map(each => each.x + each.width));
  const bottom = Math.max(...boxes.map(each => each.y + each.height));
  return { x, y, width: right - x, height: bottom - y };
}

function middle({ x, y, width, height }) {
  return { x: x + width / 2, y: y + height / 2 };
}
