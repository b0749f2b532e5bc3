// The global connect tool: two clicks connect any two elements.

/**
 * The tool puts back what was selected between its two clicks, and with it the pad of icons beside that element. Where
 * the pad lies over the source, the pointer has left the source then, and releasing the button ends the flow before it
 * has begun. So nothing is selected while the tool is used.
 */
class Connecting {
  constructor(eventBus, selection) {
    eventBus.on('global-connect.init', () => selection.select(null));
  }
}

Connecting.$inject = ['eventBus', 'selection'];

export default { __init__: ['connecting'], connecting: ['type', Connecting] };
