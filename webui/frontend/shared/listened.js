// What tells whoever listens when it has changed.
export class Listened {
  constructor() {
    this._listeners = new Set();
  }

  /** Call `listener` after every change, until what is returned is called. */
  subscribe(listener) {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  /** Say that something has changed. */
  _tell() {
    for (const listener of [...this._listeners]) listener();
  }
}
