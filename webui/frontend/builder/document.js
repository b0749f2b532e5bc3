// The form document: plain JSON objects that are never changed, only replaced. Every component carries a handle, a symbol
// that JSON does not see, by which it stays the same component whatever becomes of its id.

export const HANDLE = Symbol('handle');
export const ROOT = 'form';

let handles = 0;

/** A form document cannot be made of a text; the message is for people. */
export class Unreadable extends Error {}

/** Return the document of a text. Components of `earlier` with the same id keep their handles. */
export function read(text, earlier = null) {
  let root;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw new Unreadable(`This is not JSON: ${error.message}`);
  }
  if (!isObject(root)) throw new Unreadable('A form is a JSON object: { … }.');
  const known = new Map();
  if (earlier) for (const { node } of walk(earlier)) if (typeof node.id === 'string') known.set(node.id, node[HANDLE]);
  return { ...tagged(root, known, 'The form'), [HANDLE]: ROOT };
}

/** Return the text of a document. */
export function write(root) {
  return `${JSON.stringify(root, null, 2)}\n`;
}

function tagged(node, known, name) {
  if (!('components' in node)) return node;
  if (!Array.isArray(node.components)) throw new Unreadable(`${name} has “components” that are not a list: [ … ].`);
  const components = node.components.map((each, index) => {
    const title = `Component ${index + 1} of ${name === 'The form' ? 'the form' : name}`;
    if (!isObject(each)) throw new Unreadable(`${title} is not an object: { … }.`);
    const handle = known.get(each.id) ?? newHandle();
    known.delete(each.id);
    return { ...tagged(each, known, title), [HANDLE]: handle };
  });
  return { ...node, components };
}

export function newHandle() {
  handles += 1;
  return `component-${handles}`;
}

export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Go through all components of a document, not the root, in the order of the text. */
export function* walk(parent, depth = 0) {
  for (const [index, node] of (parent.components ?? []).entries()) {
    yield { node, parent, index, depth };
    yield* walk(node, depth + 1);
  }
}

/** Return where a component is, or null. The root is `{ node: root }`. */
export function find(root, handle) {
  if (handle === ROOT) return { node: root, parent: null, index: 0 };
  for (const place of walk(root)) if (place.node[HANDLE] === handle) return place;
  return null;
}

/** Return the document in which `change` has been applied to a component, or to the root. */
export function replace(root, handle, change) {
  if (root[HANDLE] === handle) return change(root);
  if (!root.components) return root;
  let changed = false;
  const components = root.components.map(each => {
    const next = replace(each, handle, change);
    changed ||= next !== each;
    return next;
  });
  return changed ? { ...root, components } : root;
}

/** Return the document with `node` in a parent at `index`. */
export function insert(root, parent, index, node) {
  return replace(root, parent, each => {
    const components = [...(each.components ?? [])];
    components.splice(index, 0, node);
    return { ...each, components };
  });
}

/** Return the document without a component. */
export function remove(root, handle) {
  const { parent } = find(root, handle);
  return replace(root, parent[HANDLE], each => ({
    ...each,
    components: each.components.filter(one => one[HANDLE] !== handle),
  }));
}

/** Return a deep copy of a component, with handles of its own. */
export function copy(node) {
  const { components, ...rest } = node;
  const copied = { ...structuredClone(JSON.parse(JSON.stringify(rest))), [HANDLE]: newHandle() };
  return components ? { ...copied, components: components.map(copy) } : copied;
}

/** Return what is at a path of an object, or undefined. */
export function at(value, path) {
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = value[key];
  }
  return value;
}

/** Return the object with a value at a path; undefined removes it, and what only held it. Other keys keep their order. */
export function put(object, path, value) {
  const [key, ...rest] = path;
  let inner = value;
  if (rest.length) {
    const current = object?.[key];
    const holder = typeof current === 'object' && current !== null ? current : typeof rest[0] === 'number' ? [] : {};
    inner = put(holder, rest, value);
    if (value === undefined && !Array.isArray(inner) && !Object.keys(inner).length) inner = undefined;
  }
  if (Array.isArray(object)) return object.map((each, index) => (index === key ? inner : each));
  if (inner !== undefined) return { ...object, [key]: inner };
  const { [key]: _, ...left } = object;
  return left;
}
