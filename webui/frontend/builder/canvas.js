// The canvas: form-js's editor as a view of the document. What is drawn is made of the document, with handles for ids;
// what is dragged, resized or deleted there is read back as places and columns only, so nothing else of it can change.
import { FormEditor } from '@bpmn-io/form-js-editor';

import { refusal } from './checks.js';
import { HANDLE, ROOT, at, put, walk } from './document.js';
import { modules } from './modules.jsx';

export class Canvas {
  constructor(store, container) {
    this._store = store;
    this._syncing = false;
    this.editor = new FormEditor({
      container,
      renderer: { compact: true },
      palette: { parent: document.createElement('div') },
      propertiesPanel: { parent: document.createElement('div') },
      additionalModules: modules(store),
    });
    // Its elements can be reached by Tab; the whole has nothing to offer.
    this.editor._container.tabIndex = -1;
    this._selection = this.editor.get('selection');
    // A click on what is selected leaves it selected.
    this._selection.toggle = field => this._selection.set(field);
    // A listener that returned something would keep the event from the others.
    this.editor.on('selection.changed', ({ selection }) => {
      if (this._syncing) return;
      store.select(this._handleOf(selection));
      this.focus();
    });
    this.editor.on('commandStack.changed', () => {
      if (!this._syncing) this._adopt();
    });
    this._import();
    store.subscribe(() => this._sync());
  }

  /** Put the focus on a component. */
  focus(handle = this._store.selected) {
    this.editor._container.querySelector(`.fjs-element[data-id="${handle}"]`)?.focus({ preventScroll: true });
  }

  /** Return the handle of the component that a DOM node belongs to, or null. */
  handleAt(node) {
    const handle = node.closest?.('.fjs-element')?.dataset.id;
    return handle && handle !== ROOT && this.editor._container.contains(node) ? handle : null;
  }

  _handleOf(field) {
    return field && field.type !== 'default' ? field.id : ROOT;
  }

  /** Make the canvas show the document. */
  _sync() {
    if (this._syncing) return;
    if (this._shown !== this._store.root) {
      const { schema } = this.editor._getState();
      if (shape(view(this._store)) === shape(schema)) this._update(schema);
      else this._import();
      this._shown = this._store.root;
    }
    this._select();
  }

  _quietly(change) {
    this._syncing = true;
    try {
      change();
    } finally {
      this._syncing = false;
    }
  }

  _import() {
    const scrolled = this.editor._container.parentElement?.scrollTop ?? 0;
    this._quietly(() => {
      this.editor.get('commandStack').clear(false);
      this._selection.clear();
      this.editor.importSchema(view(this._store));
    });
    this._shown = this._store.root;
    this._select();
    if (this.editor._container.parentElement) this.editor._container.parentElement.scrollTop = scrolled;
  }

  /** Take over properties of components that stay where they are, as form-js's own commands do. */
  _update(schema) {
    const wanted = new Map([...walk(view(this._store))].map(({ node }) => [node.id, node]));
    for (const { node: field } of walk(schema)) {
      const next = wanted.get(field.id);
      for (const name of new Set([...Object.keys(field), ...Object.keys(next)])) {
        if (FORM_JS_OWN.has(name)) continue;
        if (JSON.stringify(field[name]) === JSON.stringify(next[name])) continue;
        if (name in next) field[name] = next[name];
        else delete field[name];
      }
    }
    this._quietly(() => this.editor._setState({ schema }));
  }

  _select() {
    const { selected } = this._store;
    const field = selected === ROOT ? null : this.editor.get('formFieldRegistry').get(selected);
    this._quietly(() => this._selection.set(field ?? null));
  }

  /** Read places and columns back after something was dragged, resized or deleted. */
  _adopt() {
    const { schema } = this.editor._getState();
    const nodes = new Map([...walk(this._store.root)].map(({ node }) => [node[HANDLE], node]));
    const fresh = rowNames();
    let { root } = this._store;
    const taken = field => {
      const known = nodes.get(field.id);
      const node = known ?? this._store.declarations.create(field.type, root, field.id);
      if (!known) root = { ...root, components: [...(root.components ?? []), node] }; // its id is taken now
      return node;
    };
    const build = (parent, fields) => {
      const components = fields.map(field => {
        const node = placed(taken(field), field, fields, fresh);
        return field.components && node.components ? build(node, field.components) : node;
      });
      const before = parent.components ?? [];
      const same = components.length === before.length && components.every((each, index) => each === before[index]);
      return same ? parent : { ...parent, components };
    };
    const selected = this._handleOf(this._selection.get());
    this._quietly(() => this.editor.get('commandStack').clear(false));
    this._store.commit(build(this._store.root, schema.components ?? []), { selected });
  }
}

const OWN_ROW = 'own row of ';
/* How the row of a component is called that shares it with none. */
const FORM_JS_OWN = new Set(['id', 'type', 'components', '_parent', '_path']);

/** Return the form that form-js is to show: declared properties that are as declared, and handles for ids. */
function view({ root, declarations }) {
  const drawn = node => {
    let field = { type: typeof node.type === 'string' ? node.type : 'unknown' };
    for (const property of declarations.properties(node)) {
      const value = at(node, property.path);
      if (value !== undefined && !refusal(property, value)) field = put(field, property.path, value);
    }
    field.id = node[HANDLE];
    // form-js would make up a new row at every change, and draw the element anew, with the focus.
    field.layout = { columns: null, ...(isLayout(node.layout) ? node.layout : {}) };
    field.layout.row ||= OWN_ROW + node[HANDLE];
    if (node.components) field.components = node.components.map(drawn);
    return field;
  };
  return { type: 'default', id: ROOT, components: (root.components ?? []).map(drawn) };
}

function isLayout(layout) {
  return typeof layout === 'object' && layout !== null && (layout.row === undefined || typeof layout.row === 'string');
}

/** Return what must be the same for two forms to differ in properties only: components, and which share a row. */
function shape({ components = [] }) {
  const mate = each =>
    components.findIndex(one => one === each || (one.layout?.row && one.layout.row === each.layout?.row));
  return components
    .map(each => `${each.id}:${each.type}:${mate(each)}:${each.layout?.columns ?? ''}(${shape(each)})`)
    .join();
}

/** Return a component with the row and the columns that its field has now, where it has to say so. */
function placed(node, field, siblings, fresh) {
  const { row, columns = null } = field.layout;
  const shares = siblings.filter(each => each.layout.row === row).length > 1;
  const was = node.layout?.row;
  const is = shares ? fresh(row) : row === was ? was : undefined;
  if (is === was && columns === (node.layout?.columns ?? null)) return node;
  const { layout: { row: _, columns: __, ...layout } = {}, ...rest } = node;
  if (is) layout.row = is;
  if (columns) layout.columns = columns;
  return Object.keys(layout).length ? { ...node, layout } : rest;
}

/** Return a function that gives rows of the view, which the document cannot have, a name in it. */
function rowNames() {
  const names = new Map();
  return row => {
    if (!row.startsWith(OWN_ROW)) return row;
    if (!names.has(row)) names.set(row, `Row_${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`);
    return names.get(row);
  };
}
