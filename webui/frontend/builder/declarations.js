// What the server declares of the elements: the only source of what the palette, the pane and the checks know.
import { HANDLE, ROOT, isObject, newHandle, walk } from './document.js';

const UNKNOWN_ICON =
  'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M9.5 9.5a2.500 2.500 0 1 1 3.500 2.300c-.700.300-1 .800-1 1.700M12 17v.01';

export class Declarations {
  constructor({ groups, sections, languages, form, elements, unsupported }) {
    this.groups = groups;
    this.sections = sections ?? [];
    this.languages = languages ?? [];
    this.form = form ?? { properties: [] };
    this.elements = elements;
    this._unsupported = new Map(Object.entries(unsupported ?? {}));
    this._types = new Map(elements.map(each => [each.type, each]));
  }

  /** Return the declaration of a type; undefined when there is none. */
  element(type) {
    return this._types.get(type);
  }

  /** Return why there is no element of a type. */
  reason(type) {
    return this._unsupported.get(type) ?? `There is no element of the type “${type}” here.`;
  }

  /** Return the properties that a node of the document may have; none when its type is not known. */
  properties(node) {
    if (node[HANDLE] === ROOT) return this.form.properties;
    return this.element(node.type)?.properties ?? [];
  }

  /** Return the property at a path, or undefined. */
  property(node, path) {
    const name = path.join('.');
    return this.properties(node).find(each => each.path.join('.') === name);
  }

  name(type) {
    return this.element(type)?.name ?? `Unknown element “${type}”`;
  }

  icon(type) {
    return this.element(type)?.icon ?? UNKNOWN_ICON;
  }

  /** Return the languages to translate into: those declared, and those that the document has texts in. */
  languagesOf(root) {
    const known = new Map(this.languages.map(each => [each.tag, each]));
    for (const node of [root, ...[...walk(root)].map(each => each.node)]) {
      for (const tag of isObject(node.translations) ? Object.keys(node.translations) : []) {
        if (!known.has(tag)) known.set(tag, { tag, name: nameOf(tag) });
      }
    }
    const own = root.language ?? this.form.properties.find(each => each.path[0] === 'language')?.default;
    return [...known.values()].filter(each => each.tag !== own);
  }

  /** Return how people find a component again: its label, its text, or its id. */
  title(node) {
    const text = [node.label, node.text, node.title, node.content, node.id].find(
      each => typeof each === 'string' && each.trim(),
    );
    return (text ?? '')
      .replace(/^[#\s]+/, '')
      .split('\n')[0]
      .slice(0, 60);
  }

  /** Return a new component of a type, with an id, and a key where it needs one, that the document does not have yet. */
  create(type, root, handle = newHandle()) {
    const element = this.element(type);
    const id = this.freeId(element?.create?.id ?? `${type}1`, root);
    const { id: _, ...rest } = structuredClone(element?.create ?? {});
    return {
      type,
      id,
      ...(element?.keyed ? { key: id } : {}),
      ...rest,
      ...(element?.container ? { components: [] } : {}),
      [HANDLE]: handle,
    };
  }

  /** Return an id that no component has, as close to `wanted` as possible. */
  freeId(wanted, root) {
    const taken = new Set([...walk(root)].flatMap(({ node }) => [node.id, node.key]));
    const stem = wanted.replace(/\d+$/, '') || 'element';
    if (!taken.has(wanted)) return wanted;
    for (let number = 1; ; number += 1) if (!taken.has(`${stem}${number}`)) return `${stem}${number}`;
  }
}

/** Return what a language is called in itself. */
function nameOf(tag) {
  try {
    return new Intl.DisplayNames(tag, { type: 'language' }).of(tag);
  } catch {
    return tag;
  }
}
