// Two versions of a diagram side by side. Whoever draws this in another bundle imports ./styles/index.css there.
import { Canvas } from './canvas.js';
import { begin, centre, controls, follow, legend } from './controls.js';
import { element } from './html.js';

const KINDS = {
  added: { text: 'Added', colours: ['var(--success)', 'var(--success-soft)'], in: ['new'] },
  removed: { text: 'Removed', colours: ['var(--danger)', 'var(--danger-soft)'], in: ['old'] },
  changed: { text: 'Changed', colours: ['var(--warning)', 'var(--warning-soft)'], in: ['old', 'new'] },
  moved: { text: 'Moved', colours: ['var(--accent)', 'var(--accent-soft)'], in: ['old', 'new'] },
};
const SIDES = { old: 'Before', new: 'After' };

/**
 * Draw into `parent` what is different: `old` and `new` are {content, name?}, `changes` those of the server.
 * Return what can be done with it: `select(id)` shows an element in both, `destroy()` takes it away.
 */
export async function drawComparison(parent, { old, new: fresh, changes }) {
  const region = element('div', { class: 'd-region', role: 'group', 'aria-label': 'Both diagrams' });
  const both = element('div', { class: 'd-both' });
  region.append(both);
  parent.replaceChildren(region);
  const canvases = {};
  for (const [side, { content, name }] of Object.entries({ old, new: fresh })) {
    const area = element('div', { class: 'd-canvas' });
    const title = name ? `${SIDES[side]}: ${name}` : SIDES[side];
    both.append(element('section', { class: 'd-side' }, element('h3', {}, title), area));
    canvases[side] = await Canvas.open(area, content, `${title}. The differences are also listed in words.`);
  }
  const drawn = Object.values(canvases).filter(Boolean);
  for (const { kind, element: id } of changes) {
    const { text, colours, in: sides } = KINDS[kind] ?? KINDS.changed;
    for (const canvas of sides.map(side => canvases[side]).filter(Boolean)) {
      canvas.paint(id, ...colours);
      canvas.sign(id, kind, text);
    }
  }
  if (drawn.length) {
    region.prepend(controls(drawn, region));
    region.append(legend(Object.entries(KINDS).map(([kind, { text }]) => [kind, text])));
    follow(drawn);
    begin(drawn, changes.map(each => each.element));
  }
  return {
    select(id) {
      drawn.forEach(each => each.select(id));
      const boxes = drawn.filter(each => each.has(id)).map(each => each.box(id));
      if (boxes.length) centre(drawn, boxes);
    },
    destroy: () => drawn.forEach(each => each.destroy()),
  };
}
