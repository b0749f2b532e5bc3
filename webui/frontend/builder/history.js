// What can be undone: whole documents, which share what they have in common. It outlives tabs and imports.

const PAUSE = 1000;
/* Milliseconds after which typing on in the same place is a step of its own. */
const MAXIMUM = 500;

export class History {
  constructor(entry, now = () => performance.now()) {
    this.present = entry;
    this._past = [];
    this._future = [];
    this._now = now;
    this._group = null;
    this._at = -Infinity;
  }

  /** Take a new state; within a pause, one of the same `group` takes the place of the last. */
  push(entry, group = null) {
    const at = this._now();
    const goesOn = group !== null && group === this._group && at - this._at < PAUSE;
    if (!goesOn) {
      this._past.push(this.present);
      if (this._past.length > MAXIMUM) this._past.shift();
    }
    this._future = [];
    this._group = group;
    this._at = at;
    this.present = entry;
  }

  undo() {
    if (this._past.length) this._move(this._past, this._future);
  }

  redo() {
    if (this._future.length) this._move(this._future, this._past);
  }

  get canUndo() {
    return this._past.length > 0;
  }

  get canRedo() {
    return this._future.length > 0;
  }

  _move(from, to) {
    to.push(this.present);
    this.present = from.pop();
    this._group = null;
  }
}
