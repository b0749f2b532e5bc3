// The palette: tools, events, gateway, the activities of the guides, and a list with all of them.

const LATER = 400;
/* Below the priority of bpmn-js's own provider and of the one for “Create element”. */
const DIRECT = ['idflow.get-user', 'idflow.get-totp', 'idflow.custom-data-form'];
const TITLES = {
  'hand-tool': 'Hand tool: move the view',
  'lasso-tool': 'Lasso tool: select several elements',
  'space-tool': 'Space tool: make or remove room',
  'global-connect-tool': 'Global connect tool: connect any two elements',
  'create.start-event': 'Create Start Event',
  'create.intermediate-event': 'Create Intermediate or Boundary Event',
  'create.end-event': 'Create End Event',
  'create.exclusive-gateway': 'Create Gateway',
  'create.task': 'Create Task',
  'create.subprocess-expanded': 'Create Sub-process',
};
const MENU = 'idflow-activities';
const WIDTH = 320;
const GAP = 8;
const LIST_ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    "<svg xmlns='http://www.w3.org/2000/svg' width='18' height='18' viewBox='0 0 24 24' fill='none' stroke='#3b5bdb'" +
      " stroke-width='2'><path d='M4 4h6v6H4z M14 4h6v6h-6z M4 14h6v6H4z M17 13v8 M13 17h8'/></svg>",
  );

class Palette {
  constructor(palette, popupMenu, canvas, create, elementTemplates, eventBus, mouse) {
    Object.assign(this, { palette, popupMenu, canvas, create, elementTemplates, mouse });
    palette.registerProvider(LATER, this);
    eventBus.on('elementTemplates.changed', () => palette._rebuild());
    popupMenu.registerProvider(MENU, { getPopupMenuEntries: () => this._activities() });
  }

  /** Sort what others have put there, and add the activities. */
  getPaletteEntries() {
    return entries => {
      const found = { ...entries };
      const kept = {};
      const take = id => {
        if (found[id]) kept[id] = { ...found[id], title: TITLES[id] ?? found[id].title };
      };
      for (const id of ['hand-tool', 'lasso-tool', 'space-tool', 'global-connect-tool', 'tool-separator']) take(id);
      for (const id of ['start-event', 'intermediate-event', 'end-event', 'exclusive-gateway']) take(`create.${id}`);
      for (const each of this._templates().filter(({ id }) => DIRECT.includes(id))) {
        const start = event => this.create.start(event, this.elementTemplates.createElement(each));
        kept[`activity.${each.id}`] = {
          group: 'activities',
          title: `Create ${each.name}`,
          imageUrl: each.icon?.contents,
          action: { click: start, dragstart: start },
        };
      }
      kept['activity.all'] = {
        group: 'activities',
        title: 'Activities: all of them, with a search',
        imageUrl: LIST_ICON,
        action: { click: event => this.open(event) },
      };
      take('create.task');
      take('create.subprocess-expanded');
      // The rest is in the list of everything that can be created.
      for (const id of Object.keys(found)) if (!id.startsWith('create.') && !kept[id]) take(id);
      take('create');
      return kept;
    };
  }

  /** Open the list of all activities beside the palette. */
  open() {
    const { right, top } = this.palette._container.getBoundingClientRect();
    const position = { x: right + GAP, y: top };
    this.popupMenu.open(this.canvas.getRootElement(), MENU, position, {
      title: 'Activities',
      width: WIDTH,
      search: true,
    });
  }

  _templates() {
    const templates = this.elementTemplates.getLatest();
    return templates.sort((one, other) => place(one) - place(other));
  }

  _activities() {
    const entries = {};
    for (const each of this._templates()) {
      const start = event => {
        this.popupMenu.close();
        // A key has no place; the element is put where the mouse was last.
        const from = event instanceof KeyboardEvent ? this.mouse.getLastMoveEvent() : event;
        this.create.start(from, this.elementTemplates.createElement(each));
      };
      entries[`activity.${each.id}`] = {
        label: each.name,
        description: each.description,
        search: each.keywords?.join(' '),
        imageUrl: each.icon?.contents,
        group: each.category,
        action: { click: start, dragstart: start },
      };
    }
    return entries;
  }
}

Palette.$inject = ['palette', 'popupMenu', 'canvas', 'create', 'elementTemplates', 'eventBus', 'mouse'];

function place({ id }) {
  const index = DIRECT.indexOf(id);
  return index < 0 ? DIRECT.length : index;
}

export default { __init__: ['activityPalette'], activityPalette: ['type', Palette] };
