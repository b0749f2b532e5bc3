// What can be done on the page: buttons, keys and the list of keys ask here, so that each part brings its own.
import { Listened } from '../shared/listened.js';

export class Commands extends Listened {
  constructor() {
    super();
    this._all = new Map();
  }

  /**
   * Add a command, or put another in its place.
   *
   * `run` is called with the event, or without. `title` is for people. `keys` is a list of what is pressed, as in
   * `Ctrl+S`; Ctrl stands for ⌘, too. `group` is the heading in the list of keys. `isEnabled` says whether it can be
   * done now. `isEverywhere` keys work in text fields as well.
   */
  register(id, { run, title, keys = [], group = 'Process', isEnabled = () => true, isEverywhere = false }) {
    this._all.set(id, { id, run, title, keys, group, isEnabled, isEverywhere });
    this._tell();
  }

  get(id) {
    return this._all.get(id);
  }

  all() {
    return [...this._all.values()];
  }

  /** Do it, if it is there and can be done now; return what it returns. */
  run(id, event) {
    const command = this._all.get(id);
    return command?.isEnabled() ? command.run(event) : undefined;
  }
}
