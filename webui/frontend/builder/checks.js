// What is wrong with a document, as far as its declarations say. The server has the last word; this is at once.
import { HANDLE, ROOT, at, isObject, walk } from './document.js';

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const FORM_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const OWN = new Set(['type', 'id', 'key', 'layout', 'properties', 'components', 'translations']);
const OWN_OF_FORM = new Set([
  ...OWN,
  'schemaVersion',
  'exporter',
  'executionPlatform',
  'executionPlatformVersion',
  'generatedBy',
  '$schema',
]);

export function isEmpty(value) {
  return (
    value === undefined ||
    value === null ||
    (typeof value === 'string' && !value.trim()) ||
    (Array.isArray(value) && !value.length)
  );
}

/** Return `[ { path, label } ]` of the required properties that a node lacks. */
export function missing(node, declarations) {
  return declarations.properties(node).flatMap(property => {
    const value = at(node, property.path);
    if (property.required && isEmpty(value)) return [{ path: property.path, label: property.label }];
    if (property.kind !== 'list' || !Array.isArray(value)) return [];
    return value.flatMap((row, index) =>
      property.item
        .filter(each => each.required && isEmpty(at(row, each.path)))
        .map(each => ({
          path: [...property.path, index, ...each.path],
          label: `${property.label} ${index + 1}: ${each.label}`,
        })),
    );
  });
}

/** Return why a value cannot be taken for a property, or null. An empty value is none. */
export function refusal(property, value) {
  if (isEmpty(value)) return null;
  const { kind, label, minimum, maximum } = property;
  if (typeof value === 'string' && value.startsWith('=') && kind.endsWith('feel')) return null;
  if (kind === 'integer' || kind === 'number' || kind === 'number-or-feel') {
    if (typeof value !== 'number' || !Number.isFinite(value)) return `${label} is a number.`;
    if (kind === 'integer' && !Number.isInteger(value)) return `${label} is a whole number.`;
    if (typeof minimum === 'number' && value < minimum) return `${label} is at least ${minimum}.`;
    if (typeof maximum === 'number' && value > maximum) return `${label} is at most ${maximum}.`;
    return null;
  }
  if (kind === 'flag' || kind === 'flag-or-feel')
    return typeof value === 'boolean' ? null : `${label} is true or false.`;
  if (kind === 'choice')
    return choices(property).some(each => each.value === value) ? null : `${label} cannot be “${value}”.`;
  if (kind === 'list') return Array.isArray(value) && value.every(isObject) ? null : `${label} is a list of objects.`;
  if (kind === 'feel')
    return typeof value === 'string' && value.startsWith('=') ? null : `${label} is an expression and starts with “=”.`;
  return typeof value === 'string' ? null : `${label} is a text.`;
}

/** Return the choices of a property as `[ { value, label } ]`. */
export function choices({ choices: given }) {
  return (given ?? []).map(each =>
    isObject(each)
      ? { value: each.value, label: each.label ?? each.name ?? String(each.value) }
      : { value: each, label: String(each) },
  );
}

/** Return why `name` cannot be the id or the key of a node, or null. */
export function nameRefusal(root, node, path, label, name) {
  const isForm = node[HANDLE] === ROOT;
  if (isEmpty(name)) return `${label} is needed.`;
  if (isForm ? !FORM_NAME.test(name) : !NAME.test(name)) {
    return `“${name}” cannot be used: take letters, digits and underscores, and do not start with a digit.`;
  }
  if (isForm) return null;
  const other = [...walk(root)].find(each => each.node[HANDLE] !== node[HANDLE] && at(each.node, path) === name);
  return other ? `“${name}” is taken by another element of this form.` : null;
}

/** Return everything that is wrong: `{ handle, path, code, message }`. */
export function problems(root, declarations) {
  const found = [];
  const tell = (node, path, code, message) => found.push({ handle: node[HANDLE], path, code, message });
  for (const node of [root, ...[...walk(root)].map(each => each.node)]) {
    const isForm = node[HANDLE] === ROOT;
    if (!isForm && !declarations.element(node.type)) {
      tell(
        node,
        [],
        'form.unknown-element',
        `${declarations.reason(node.type)} It is kept in the draft, and cannot be saved as a version.`,
      );
      continue;
    }
    const lacking = missing(node, declarations);
    if (lacking.length)
      tell(
        node,
        lacking[0].path,
        'form.missing-property',
        `Properties Missing: ${lacking.map(each => each.label).join(', ')}.`,
      );
    for (const property of declarations.properties(node)) {
      const reason = refusal(property, at(node, property.path));
      if (reason) tell(node, property.path, 'form.invalid-property', reason);
    }
    for (const [name, label] of isForm
      ? []
      : [
          ['id', 'Element ID'],
          ['key', 'Key'],
        ]) {
      if (typeof node[name] !== 'string' || !node[name]) continue;
      const reason = nameRefusal(root, node, [name], label, node[name]);
      if (reason) tell(node, [name], 'form.invalid-id', reason);
    }
    for (const name of unknown(node, declarations))
      tell(node, [], 'form.unknown-property', `There is no property “${name}” here.`);
  }
  return found;
}

/** Return the names of the properties of a node that nothing declares. */
export function unknown(node, declarations) {
  const known = new Set(declarations.properties(node).map(each => each.path[0]));
  const own = node[HANDLE] === ROOT ? OWN_OF_FORM : OWN;
  return Object.keys(node).filter(name => !known.has(name) && !own.has(name));
}
