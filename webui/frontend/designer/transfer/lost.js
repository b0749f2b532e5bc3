// What a file says that bpmn-js does not draw, or would not write again.
import { whereOf } from './where.js';

const MAYBE = /<!--|<\?(?!xml\s)/;
const SHOWN = 50;
/* How many of the things that could not be read are listed. */

/** Return how many comments and processing instructions a text has; a diagram has none. */
export function remarksIn(text) {
  if (!MAYBE.test(text)) return 0;
  const file = new DOMParser().parseFromString(text, 'application/xml');
  const walker = document.createTreeWalker(file, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_PROCESSING_INSTRUCTION);
  let count = 0;
  while (walker.nextNode()) count += 1;
  return count;
}

/** Return the processes with steps that are not drawn: bpmn-js shows one process, or the pools of one collaboration. */
export function undrawn(definitions, root) {
  const shown = new Set([root, ...(root.participants ?? []).map(each => each.processRef)]);
  return definitions
    .get('rootElements')
    .filter(each => each.$instanceOf('bpmn:Process') && each.get('flowElements').length && !shown.has(each));
}

/** Return what the designer should know of a file that was opened: `{title, items}`, items are `{text, element}`. */
export function noticesOf({ warnings, remarks, others }) {
  const notices = [];
  if (warnings.length) {
    const found = new Map(warnings.map(itemOf).map(each => [each.text + each.element, each]));
    const items = [...found.values()].slice(0, SHOWN);
    notices.push({ title: `${many(warnings.length, 'thing')} in this file could not be read.`, items });
  }
  if (remarks) notices.push({ title: `This file has ${many(remarks, 'comment').toLowerCase()}, which a diagram does not have.`, items: [] });
  if (others.length) {
    const items = others.map(({ id, name }) => ({ text: name ? `${name} (${id})` : id, element: null }));
    notices.push({ title: 'The file has other processes, which are not drawn here. They stay as they are:', items });
  }
  return notices;
}

function itemOf({ message, element }) {
  const [first = message] = message.split('\n').filter(each => each.trim());
  const place = whereOf({ message });
  const text = place ? `Line ${place.line}: ${first} (${place.reason})` : first;
  return { text, element: element?.id ?? null };
}

function many(count, noun) {
  return count === 1 ? `One ${noun}` : `${count} ${noun}s`;
}
