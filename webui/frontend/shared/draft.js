/*
 * Keeps the draft of a document on the server: a moment after the last change, when the window is left, and before
 * anything is saved. It never deploys by itself, and never puts one draft over another that it has not seen.
 *
 * The document is handed in as `source`:
 *   source.mark                is another whenever the document has changed
 *   source.stamp               is the same whenever the content is the same as at another time
 *   source.text()              the content; may be a promise
 *   source.replace(text)       show another content; may be a promise, and fail
 *   source.subscribe(listener) call it when something has changed
 *   source.take(answer)        the server has kept the draft, and said this
 *   source.refuse(problems)    the server has refused it, because of these
 *   source.tell(status)        {state, text, trouble}: `saved`, `changed`, `saving` or `failed`, and the words for it;
 *                              `trouble` is `signed-out` or `gone` when it is that
 *   source.original            the text of which the document cannot say everything again, or null: it is kept as a saved
 *                              state before anything is put over it
 */
import { Unreachable, send } from './api.js';
import { clock } from './clock.js';

const AGAIN = [2000, 5000, 10_000, 30_000];
/* Milliseconds until it is tried again when the server cannot be reached. */

export class Draft {
  /** `pause`: milliseconds from the last change until the draft is sent. `noun`: what the document is called. */
  constructor(source, { data, noun, pause, onConflict }) {
    Object.assign(this, { _source: source, _noun: noun, _pause: pause, _onConflict: onConflict });
    this._urls = data.urls;
    this._csrf = data.csrf;
    this._revision = data.revision;
    this._saved = source.stamp;
    this._mark = source.mark;
    this._failures = 0;
    this._isRefused = false;
    this._sending = null;
    this._timer = null;
    this._conflict = false;
    this._tell('saved', data.savedAt ? `Draft saved ${clock(data.savedAt)}` : 'No changes');
    source.subscribe(() => this._changed());
    for (const type of ['blur', 'focus']) addEventListener(type, () => this.isDirty && this.flush());
    document.addEventListener(
      'visibilitychange',
      () => document.hidden && this.isDirty && this.flush({ keepalive: true }),
    );
    addEventListener('online', () => this.isDirty && this.flush());
    addEventListener('beforeunload', event => this.isDirty && event.preventDefault());
  }

  get isDirty() {
    return this._source.stamp !== this._saved;
  }

  get revision() {
    return this._revision;
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
      if (this.isDirty && !this._conflict && !this._failures && !this._isRefused) this._schedule(this._pause);
    }
  }

  /** Keep the draft as a version or a saved state; `deploy` makes it the one in use. Return the answer, or null. */
  async version(deploy) {
    if (!(await this.flush())) return null;
    this._tell('saving', deploy ? 'Deploying…' : 'Saving…');
    try {
      const lost = await this._keepOriginal();
      if (lost) return lost;
      const stamp = this._source.stamp;
      const content = await this._source.text();
      const answer = await this._post(content, deploy);
      if (answer.status === 409) this._conflicted(answer);
      else if (answer.status === 422) this._refused(answer.problems, deploy);
      else {
        this._revision = answer.revision;
        this._saved = stamp;
        this._tell('saved', savedAs(answer));
      }
      return answer;
    } catch ({ message, trouble }) {
      this._tell('failed', `Not saved: ${message}`, trouble);
      return null;
    }
  }

  /** Settle a conflict: show what the other saved, or put this one over it. */
  async settle(conflict, choice) {
    this._conflict = false;
    this._revision = conflict.revision;
    if (choice === 'theirs') {
      try {
        await this._source.replace(conflict.content);
        this._mark = this._source.mark;
        this._saved = this._source.stamp;
        this._tell('saved', `Draft saved ${clock(conflict.savedAt)}`);
      } catch (error) {
        this._tell('failed', `Not loaded: ${error.message}`);
      }
    } else {
      this._saved = null;
      await this.flush();
    }
  }

  async _send({ keepalive }) {
    this._tell('saving', 'Saving…');
    this._isRefused = false;
    try {
      if (await this._keepOriginal()) return false;
      const stamp = this._source.stamp;
      const content = await this._source.text();
      const body = { content, revision: this._revision };
      const answer = await send('PUT', this._urls.draft, this._csrf, body, { keepalive });
      this._failures = 0;
      if (answer.status === 409) return this._conflicted(answer);
      if (answer.status === 422) return this._refused(answer.problems);
      this._revision = answer.revision;
      this._saved = stamp;
      this._source.take(answer);
      this._tell(this.isDirty ? 'changed' : 'saved', `Draft saved ${clock(answer.savedAt)}`);
      return true;
    } catch (error) {
      if (!(error instanceof Unreachable)) {
        this._isRefused = true;
        this._tell('failed', `Not saved: ${error.message}`, error.trouble);
        return false;
      }
      const pause = AGAIN[Math.min(this._failures, AGAIN.length - 1)];
      this._failures += 1;
      this._schedule(pause);
      this._tell('failed', `Not saved: ${error.message} Trying again.`, error.trouble);
      return false;
    }
  }

  _post(content, deploy) {
    return send('POST', this._urls.versions, this._csrf, { content, revision: this._revision, deploy });
  }

  /** Keep what the document cannot say again; return the answer when somebody else has saved meanwhile. */
  async _keepOriginal() {
    const { original } = this._source;
    if (!original) return null;
    const answer = await this._post(original, false);
    if (answer.status === 409) {
      this._conflicted(answer);
      return answer;
    }
    this._revision = answer.revision;
    this._source.original = null;
    return null;
  }

  _conflicted(answer) {
    this._conflict = true;
    this._tell('failed', `Not saved: somebody else has saved this ${this._noun}.`);
    this._onConflict(answer);
    return false;
  }

  _refused(problems, deploy) {
    this._isRefused = true;
    this._source.refuse(problems);
    this._tell('failed', deploy ? 'Not deployed: see the problems.' : 'Not saved: see the problems.');
    return false;
  }

  _changed() {
    if (this._source.mark === this._mark) return;
    this._mark = this._source.mark;
    if (!this.isDirty) return;
    if (this._state !== 'failed') this._tell('changed', 'Not saved yet');
    if (!this._failures && !this._conflict) this._schedule(this._pause);
  }

  _schedule(pause) {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this.flush(), pause);
  }

  _tell(state, text, trouble = null) {
    this._state = state;
    this._source.tell({ state, text, trouble });
  }
}

function savedAs({ version, deployed, savedAt }) {
  const what = version ? `Version ${version} ${deployed ? 'deployed' : 'saved'}` : 'Saved';
  return `${what} ${clock(savedAt)}`;
}
