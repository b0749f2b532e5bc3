// The diagrams on pages that are otherwise complete: one of a version or of an instance, or two that are compared.
import './styles/index.css';

import { drawAlone } from './alone.js';
import { drawComparison } from './compare.js';
import { drawInstance } from './instance.js';
import { linkElements } from './links.js';

const data = JSON.parse(document.getElementById('diagram-data').textContent);
const draw = { view: drawAlone, compare: drawComparison, instance: drawInstance };
const drawn = await draw[data.mode](document.getElementById('diagram'), data);
linkElements(document, drawn.select);
