// Keeps the draft on the server: a moment after the last change, when the window is left, and before anything is saved.
import { Unreachable, send } from '../shared/api.js';
import { HANDLE, ROOT, walk } from './document.js';

const PAUSE = 2000;
/* Milliseconds from the last change until the draft is sent. */
const AGAIN = [2000, 5000, 10_000, 30_000];
/* Milliseconds until it is tried again when the server cannot be reached. */

export class Draft {
  constructor(store, data, { onConflict }) {
    this._store = store;
    this._urls = data.urls;
    this._csrf = data.csrf;
    this._revision = data.revision;
    this._onConflict = onConflict;
    this._saved = store.text;
    this._root = store.root;
    this._failures = 0;
    this._sending = null;
    this._timer = null;
    this._conflict = false;
    this._tell('saved', data.savedAt ? `Draft saved ${clock(data.savedAt)}` : 'No changes');
    store.subscribe(() => this._changed());
    addEventListener('blur', () => this.isDirty && this.flush());
    document.addEventListener(
      'visibilitychange',
      () => document.hidden && this.isDirty && this.flush({ keepalive: true }),
    );
    addEventListener('online', () => this.isDirty && this.flush());
    addEventListener('beforeunload', event => this.isDirty && event.preventDefault());
  }

  get isDirty() {
    return this._store.text !== this._saved;
  }

  /** Send the draft, if it has changed. Return whether the server has it now. */
  async flush(options = {}) {
    clearTimeout(this._timer);
    while (this._sending) await this._sending;
    if (!this.isDirty) return true;
    if (this._conflict) return false;
    this._sending = this._send(options);
    try {
      return await this._sending;
    } finally {
      this._sending = null;
      if (this.isDirty && !this._conflict && !this._failures) this._schedule(PAUSE);
    }
  }

  /** Make the next version of the draft; `deploy` makes it the one that new tasks use. Return the answer, or null. */
  async version(deploy) {
    if (!(await this.flush())) return null;
    this._tell('saving', deploy ? 'Deploying…' : 'Saving…');
    try {
      const content = this._store.text;
      const answer = await send('POST', this._urls.versions, this._csrf, { content, revision: this._revision, deploy });
      if (answer.status === 409) this._conflicted(answer);
      else if (answer.status === 422) this._refused(answer.problems, deploy);
      else {
        this._revision = answer.revision;
        this._saved = content;
        this._tell(
          'saved',
          `Version ${answer.version} ${answer.deployed ? 'deployed' : 'saved'} ${clock(answer.savedAt)}`,
        );
      }
      return answer;
    } catch (error) {
      this._tell('failed', `Not saved: ${error.message}`);
      return null;
    }
  }

  /** Settle a conflict: take what the other saved, as a step that can be undone, or put this one over it. */
  settle(conflict, choice) {
    this._conflict = false;
    this._revision = conflict.revision;
    if (choice === 'theirs') {
      try {
        this._store.import(conflict.content);
        this._saved = this._store.text;
        this._tell('saved', `Draft saved ${clock(conflict.savedAt)}`);
      } catch (error) {
        this._tell('failed', `Not loaded: ${error.message}`);
      }
    } else {
      this._saved = null;
      this.flush();
    }
  }

  async _send({ keepalive }) {
    const content = this._store.text;
    this._tell('saving', 'Saving…');
    try {
      const answer = await send(
        'PUT',
        this._urls.draft,
        this._csrf,
        { content, revision: this._revision },
        { keepalive },
      );
      this._failures = 0;
      if (answer.status === 409) return this._conflicted(answer);
      if (answer.status === 422) return this._refused(answer.problems);
      this._revision = answer.revision;
      this._saved = content;
      this._store.set({ server: placed(answer.problems ?? [], this._store.root) });
      this._tell(this.isDirty ? 'changed' : 'saved', `Draft saved ${clock(answer.savedAt)}`);
      return true;
    } catch (error) {
      if (!(error instanceof Unreachable)) {
        this._tell('failed', `Not saved: ${error.message}`);
        return false;
      }
      const pause = AGAIN[Math.min(this._failures, AGAIN.length - 1)];
      this._failures += 1;
      this._schedule(pause);
      this._tell('failed', `Not saved: ${error.message} Trying again.`);
      return false;
    }
  }

  _conflicted(answer) {
    this._conflict = true;
    this._tell('failed', 'Not saved: somebody else has saved this form.');
    this._onConflict(answer);
    return false;
  }

  _refused(problems, deploy) {
    this._store.set({ server: placed(problems, this._store.root), isListOpen: true });
    this._tell('failed', deploy ? 'Not deployed: see the problems.' : 'Not saved: see the problems.');
    return false;
  }

  _changed() {
    if (this._store.root === this._root) return;
    this._root = this._store.root;
    if (!this.isDirty) return;
    if (this._store.status.state !== 'failed') this._tell('changed', 'Not saved yet');
    if (!this._failures && !this._conflict) this._schedule(PAUSE);
  }

  _schedule(pause) {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this.flush(), pause);
  }

  _tell(state, text) {
    this._store.set({ status: { state, text } });
  }
}

/** Return the server's problems with the components that they are about. */
function placed(problems, root) {
  const handles = new Map([...walk(root)].map(({ node }) => [node.id, node[HANDLE]]));
  return problems.map(each => ({ ...each, path: null, handle: handles.get(each.element) ?? ROOT }));
}

/** Return a time of day; the date, too, when it is not today. */
export function clock(iso) {
  const time = new Date(iso);
  const style = time.toDateString() === new Date().toDateString() ? {} : { dateStyle: 'medium' };
  return time.toLocaleString('en-GB', { timeStyle: 'short', ...style });
}
