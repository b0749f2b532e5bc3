// The diagrams on pages that are otherwise complete: one of an instance, or two that are compared.
import './styles/index.css';

import { drawComparison } from './compare.js';
import { drawInstance } from './instance.js';
import { linkElements } from './links.js';

const data = JSON.parse(document.getElementById('diagram-data').textContent);
const draw = data.mode === 'compare' ? drawComparison : drawInstance;
const drawn = await draw(document.getElementById('diagram'), data);
linkElements(document, drawn.select);
