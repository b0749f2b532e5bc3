// Opens a file: as it is, with places where it has none, or as a text where it cannot be shown at all.
import { open as show } from '../modeler.js';
import { unplaced } from './drawn.js';
import { noticesOf, remarksIn, undrawn } from './lost.js';
import { whereOf } from './where.js';

/**
 * Show a file as the diagram, or say in `store.broken` why that cannot be done. What was done besides is a notice; when
 * the diagram cannot say everything that the file says, `store.original` is the file.
 */
export async function openFile(store, text) {
  const { modeler } = store;
  try {
    const { rootElement } = await modeler.get('moddle').fromXML(text);
    const lacking = unplaced(rootElement);
    const ready = lacking.length ? await arranged(modeler, rootElement, store) : text;
    const { warnings } = await show(modeler, ready, store.data.key);
    const root = modeler.get('canvas').getRootElement().businessObject;
    const remarks = remarksIn(text);
    const others = undrawn(modeler.getDefinitions(), root);
    const notices = [...(lacking.length ? [store.arranged] : []), ...noticesOf({ warnings, remarks, others })];
    store.set({ broken: null, original: warnings.length || remarks ? text : null, notices });
    return true;
  } catch (error) {
    const place = whereOf(error);
    const where = place && `Line ${place.line}, column ${place.column}: ${place.reason}.`;
    store.set({ broken: { text, place, message: where ?? firstLine(error.message) }, original: null, notices: [] });
    return false;
  }
}

async function arranged(modeler, definitions, store) {
  const { arrange } = await import('./layout.js');
  const moddle = modeler.get('moddle');
  const done = await arrange(moddle, definitions);
  const { xml } = await moddle.toXML(definitions, { format: true });
  store.set({ arranged: { title: saidOf(done), items: [] } });
  return xml;
}

function saidOf({ isBlank, rows }) {
  const many = rows === 1 ? 'One element' : `${rows} elements`;
  if (!isBlank) return `${many} had no place in the diagram and stand in rows below it.`;
  const rest = rows ? ` ${many} could not be arranged and stand in rows below.` : '';
  return `This file said nothing about where its elements stand, so they were arranged.${rest}`;
}

function firstLine(text) {
  return text.split('\n').find(each => each.trim()) ?? text;
}
