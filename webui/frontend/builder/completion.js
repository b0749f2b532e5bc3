// What can be written at a place of the JSON text, by the declarations: names of properties, types, choices.
import { syntaxTree } from '@codemirror/language';

import { choices } from './checks.js';
import { namesOf, pathOf, textOf } from './jsontree.js';

/** Return a CodeMirror completion source. */
export function completion(declarations) {
  return context => {
    const { state, pos } = context;
    const node = syntaxTree(state).resolveInner(pos, -1);
    const word = context.matchBefore(/"?[\w.-]*/);
    if (!context.explicit && !word.text.startsWith('"')) return null;
    const property = closest(node, 'Property');
    const object = closest(node, 'Object');
    const isValue =
      property &&
      property.from >= (object?.from ?? 0) &&
      /^[^:]*:\s*/.test(state.sliceDoc(property.from, pos)) &&
      state.sliceDoc(property.from, pos).includes('":');
    const all = isValue ? forValue(property, state) : object ? forName(object, state) : [];
    const sought = word.text.replaceAll('"', '').toLowerCase();
    const options = all.filter(each => each.label.toLowerCase().includes(sought));
    // The quote that the editor closes by itself is replaced, too.
    const to = word.text.startsWith('"') && state.sliceDoc(pos, pos + 1) === '"' ? pos + 1 : pos;
    return options.length ? { from: word.from, to, options, filter: false } : null;
  };

  function closest(node, name) {
    for (let each = node; each; each = each.parent) if (each.name === name) return each;
    return null;
  }

  /** Return the properties that are declared where `path` leads: of a component, of what is in it, of a row of a list. */
  function declared(object, path, state) {
    const at = path.lastIndexOf('components');
    const inside = at < 0 ? path : path.slice(at + 2);
    let owner = object;
    for (const _ of inside) owner = closest(owner.parent, 'Object') ?? owner;
    const holder = at < 0 ? declarations.form : declarations.element(textOf(component(object, inside), 'type', state));
    let found = holder?.properties ?? [];
    let rest = inside;
    const list = found.find(each => each.kind === 'list' && each.path.every((part, index) => part === inside[index]));
    if (list) {
      found = list.item;
      rest = inside.slice(list.path.length + 1);
    }
    return {
      found: found.filter(each => rest.every((part, index) => part === each.path[index])),
      depth: rest.length,
      isComponent: at >= 0 && !inside.length,
    };
  }

  function component(object, inside) {
    let node = object;
    let left = inside.filter(part => typeof part !== 'number').length;
    for (; left > 0; left -= 1) node = closest(node.parent, 'Object') ?? node;
    return node;
  }

  function forName(object, state) {
    const { found, depth, isComponent } = declared(object, pathOf(object, state), state);
    const names = new Map(found.map(each => [each.path[depth], each]));
    if (isComponent)
      for (const name of ['type', 'id', 'layout', 'translations']) if (!names.has(name)) names.set(name, null);
    const there = new Set(namesOf(object, state));
    return [...names]
      .filter(([name]) => name && !there.has(name))
      .map(([name, each]) => ({
        label: `"${name}"`,
        type: 'property',
        detail: each && each.path.length === depth + 1 ? each.label : undefined,
        info: each?.help || undefined,
        apply: `"${name}": `,
      }));
  }

  function forValue(property, state) {
    const path = pathOf(property, state);
    const object = closest(property, 'Object');
    const { found, depth, isComponent } = declared(object, path.slice(0, -1), state);
    const name = path.at(-1);
    if (name === 'type' && isComponent)
      return declarations.elements.map(each => ({
        label: JSON.stringify(each.type),
        detail: each.name,
        info: each.description,
      }));
    const each = found.find(one => one.path[depth] === name && one.path.length === depth + 1);
    if (each?.kind === 'choice')
      return choices(each).map(({ value, label }) => ({ label: JSON.stringify(value), detail: label }));
    if (each?.kind.startsWith('flag')) return [{ label: 'true' }, { label: 'false' }];
    return [];
  }
}
