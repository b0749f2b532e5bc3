// The diagrams on pages that are otherwise complete: one of a version, of an instance or with figures, or two that are compared.
import './styles/index.css';

import { drawAlone } from './alone.js';
import { drawComparison } from './compare.js';
import { drawHeat } from './heat.js';
import { drawInstance } from './instance.js';
import { linkElements } from './links.js';

const read = () => JSON.parse(document.getElementById('diagram-data').textContent);
const parent = document.getElementById('diagram');
const draw = { view: drawAlone, compare: drawComparison, instance: drawInstance, heat: drawHeat };
let data = read();
let drawn = await draw[data.mode](parent, data);
linkElements(document, id => drawn.select(id));

// The page shows something else: perhaps only another element, perhaps the instance went on.
document.addEventListener('idflow:shown', async () => {
  const before = data;
  data = read();
  const same = JSON.stringify({ ...before, selected: null }) === JSON.stringify({ ...data, selected: null });
  if (same) return drawn.mark?.(data.selected);
  const view = drawn.canvas?.view;
  drawn.destroy();
  drawn = await draw[data.mode](parent, data, view && { x: view.x, y: view.y, width: view.width, height: view.height });
});
