// The state of the builder: the document, what is selected, what is wrong; and everything that changes the document.
import { Listened } from '../shared/listened.js';
import { problems } from './checks.js';
import { HANDLE, ROOT, at, copy, find, insert, put, read, remove, replace, walk, write } from './document.js';
import { History } from './history.js';

export class Store extends Listened {
  constructor(root, declarations) {
    super();
    this.declarations = declarations;
    this.selected = ROOT;
    this.tab = 'visual';
    this.status = { state: 'saved', text: '' };
    this.server = [];
    this._history = new History({ root, selected: ROOT });
    this._checked = null;
  }

  get root() {
    return this._history.present.root;
  }

  get text() {
    return write(this.root);
  }

  get node() {
    return find(this.root, this.selected)?.node ?? this.root;
  }

  get canUndo() {
    return this._history.canUndo;
  }

  get canRedo() {
    return this._history.canRedo;
  }

  /** What is wrong by the declarations, and what else the server found when it last looked. */
  get problems() {
    if (this._checked?.root !== this.root)
      this._checked = { root: this.root, found: problems(this.root, this.declarations) };
    const own = this._checked.found;
    const told = new Set(own.map(each => `${each.handle} ${each.code}`));
    return [...own, ...this.server.filter(each => !told.has(`${each.handle} ${each.code}`))];
  }

  /** Set parts of the state that are not the document. */
  set(state) {
    Object.assign(this, state);
    this._tell();
  }

  /** Take a new document, as a step that can be undone; steps of one `group` in quick succession are one. */
  commit(root, { selected = this.selected, group = null } = {}) {
    if (root === this.root) return;
    this._history.push({ root, selected }, group);
    this.set({ selected: find(root, selected) ? selected : ROOT });
  }

  undo() {
    const { selected } = this._history.present;
    this._history.undo();
    this._restored(selected);
  }

  redo() {
    this._history.redo();
    this._restored(this._history.present.selected);
  }

  _restored(selected) {
    const there = [selected, this._history.present.selected, ROOT].find(each => find(this.root, each));
    this.set({ selected: there });
  }

  select(handle) {
    if (handle !== this.selected) this.set({ selected: handle });
  }

  /** Set one property of a component or of the form; undefined removes it. */
  edit(handle, path, value) {
    const current = at(find(this.root, handle).node, path);
    if (JSON.stringify(current) === JSON.stringify(value)) return;
    const root = replace(this.root, handle, node => put(node, path, value));
    this.commit(root, { group: `${handle} ${path.join('.')}` });
  }

  /** Add an element after the selected one, into it when it is an empty container, or at the end. */
  add(type) {
    const node = this.declarations.create(type, this.root);
    const place = this.selected === ROOT ? null : find(this.root, this.selected);
    const into = place && this.declarations.element(place.node.type)?.container && !place.node.components?.length;
    const parent = into ? place.node : place ? place.parent : this.root;
    const index = into ? 0 : place ? place.index + 1 : (this.root.components?.length ?? 0);
    this.commit(insert(this.root, parent[HANDLE], index, node), { selected: node[HANDLE] });
  }

  remove(handle) {
    const place = find(this.root, handle);
    if (!place?.parent) return;
    const root = remove(this.root, handle);
    const siblings = find(root, place.parent[HANDLE]).node.components;
    const next = siblings[place.index] ?? siblings[place.index - 1] ?? place.parent;
    this.commit(root, { selected: next[HANDLE] });
  }

  duplicate(handle) {
    const { node, parent, index } = find(this.root, handle);
    const copied = this._renamed(copy(node));
    this.commit(insert(this.root, parent[HANDLE], index + 1, copied), { selected: copied[HANDLE] });
  }

  /** Give a copied component, and what is in it, ids and keys that are free. */
  _renamed(node) {
    let scratch = this.root;
    const rename = each => {
      const id = this.declarations.freeId(String(each.id ?? each.type), scratch);
      scratch = { ...scratch, components: [...(scratch.components ?? []), { id }] };
      const named = { ...each, id, ...('key' in each ? { key: id } : {}) };
      return each.components ? { ...named, components: each.components.map(rename) } : named;
    };
    return rename(node);
  }

  /** Move a component by one place, over the borders of containers. */
  move(handle, step) {
    const places = [{ node: this.root, parent: null }, ...walk(this.root)];
    const { node, parent, index } = places.find(each => each.node[HANDLE] === handle);
    if (!parent) return;
    const sibling = parent.components[index + step];
    const isContainer = sibling && this.declarations.element(sibling.type)?.container;
    const outer = places.find(each => each.node[HANDLE] === parent[HANDLE]);
    let to;
    if (isContainer) to = [sibling, step > 0 ? 0 : (sibling.components?.length ?? 0)];
    else if (sibling) to = [parent, index + step];
    else if (outer.parent) to = [outer.parent, outer.index + (step > 0 ? 1 : 0)];
    else return;
    // A row of its own: where it was placed beside another element, it no longer is.
    const { layout, ...rest } = node;
    const alone = layout?.row ? { ...rest, ...(layout.columns ? { layout: { columns: layout.columns } } : {}) } : node;
    this.commit(insert(remove(this.root, handle), to[0][HANDLE], to[1], alone), { selected: handle });
  }

  /** Take another text for the document. Raises `Unreadable`, and nothing has changed then. */
  import(text, group = null) {
    const root = read(text, this.root);
    if (write(root) !== this.text) this.commit(root, { group });
  }
}
