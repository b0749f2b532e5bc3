// What FEEL can name at an element: by the server, which knows after each save what the steps before it write.

const TYPES = { text: 'string', number: 'number', boolean: 'boolean', context: 'context', list: 'list' };
const ROOT = 'processvar';

/** The service that the panel's FEEL editors ask. */
class Variables {
  constructor(store, eventBus, popupMenu) {
    this._store = store;
    // The editors ask again whenever the diagram has changed. Without a trigger, nobody takes it for a change.
    const tell = () => eventBus.fire('commandStack.changed', {});
    let { variables } = store;
    store.subscribe(() => {
      if (store.variables === variables) return;
      ({ variables } = store);
      // A menu closes when the diagram changes; this one is being used.
      if (popupMenu.isOpen()) eventBus.once('popupMenu.close', () => queueMicrotask(tell));
      else tell();
    });
  }

  /** Return the variables that are known at an element, as the FEEL editor takes them. */
  async getVariablesForElement(businessObject) {
    const known = treeOf(this._store.variables[businessObject.id] ?? []);
    return [
      { name: ROOT, type: 'Variable', detail: 'context', info: 'The variables of the process.', entries: known },
      ...known,
    ];
  }
}

Variables.$inject = ['store', 'eventBus', 'popupMenu'];

/** Return dotted paths as contexts in contexts. */
function treeOf(variables) {
  const roots = [];
  for (const { path, from, type } of variables) {
    let level = roots;
    const names = path.split('.');
    names.forEach((name, index) => {
      let node = level.find(each => each.name === name);
      if (!node) level.push((node = { name, type: 'Variable', detail: 'context', info: from && `From “${from}”` }));
      if (index === names.length - 1) node.detail = TYPES[type] ?? '';
      else level = node.entries ??= [];
    });
  }
  return roots;
}

export default { variableResolver: ['type', Variables] };
