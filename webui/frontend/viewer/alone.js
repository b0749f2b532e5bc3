// One diagram, to look at: a version of a process.
import { Canvas } from './canvas.js';
import { centre, controls, fit } from './controls.js';
import { element } from './html.js';

/**
 * Draw into `parent`; return what can be done with it: `select(id)` and `destroy()`.
 * The canvas and the region around it are there, too, when the diagram could be drawn.
 */
export async function drawAlone(parent, { content, label = 'Diagram of the process.' }) {
  const area = element('div', { class: 'd-canvas' });
  const region = element('div', { class: 'd-region', role: 'group', 'aria-label': 'Diagram' }, area);
  parent.replaceChildren(region);
  const canvas = await Canvas.open(area, content, label);
  if (!canvas) return { select() {}, destroy() {} };
  region.prepend(controls([canvas], region));
  fit([canvas]);
  return {
    canvas,
    region,
    select(id) {
      canvas.select(id);
      if (canvas.has(id)) centre([canvas], [canvas.box(id)]);
    },
    destroy: () => canvas.destroy(),
  };
}
