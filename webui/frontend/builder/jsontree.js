// Where in a JSON text something is, and what is at a place of it, by the syntax tree: the text need not be complete.
import { syntaxTree } from '@codemirror/language';

const VALUES = new Set(['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null']);

function values(node) {
  const found = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (VALUES.has(child.name)) found.push(child);
  return found;
}

function properties(node) {
  return node.getChildren('Property');
}

export function nameOf(property, state) {
  const name = property.getChild('PropertyName');
  try {
    return name && JSON.parse(state.sliceDoc(name.from, name.to));
  } catch {
    return null;
  }
}

/** Return the node for a path, or for as much of it as there is. */
export function locate(state, path) {
  let node = values(syntaxTree(state).topNode)[0];
  let found = node;
  for (const part of path) {
    if (!node) break;
    if (typeof part === 'number') node = node.name === 'Array' ? values(node)[part] : null;
    else {
      const property = node.name === 'Object' ? properties(node).find(each => nameOf(each, state) === part) : null;
      node = property ? values(property)[0] : null;
      if (property) found = property;
      continue;
    }
    if (node) found = node;
  }
  return found ?? syntaxTree(state).topNode;
}

/** Return the path of a node: names and indices from the root down. */
export function pathOf(node, state) {
  const path = [];
  for (let child = node; child.parent; child = child.parent) {
    if (child.parent.name === 'Array' && VALUES.has(child.name))
      path.unshift(values(child.parent).findIndex(each => each.from === child.from));
    if (child.name === 'Property') path.unshift(nameOf(child, state));
  }
  return path;
}

/** Return the text of a property of an object node, when it is a string. */
export function textOf(object, name, state) {
  const property = properties(object).find(each => nameOf(each, state) === name);
  const value = property && values(property)[0];
  return value?.name === 'String' ? JSON.parse(state.sliceDoc(value.from, value.to)) : null;
}

export function namesOf(object, state) {
  return properties(object).map(each => nameOf(each, state));
}
