// One run of what is on the screen, in a sandbox of the server: what is known of it, and what can be done in it.
import { Refused, fetchFile, send } from '../../shared/api.js';
import { whereOf } from './words.js';

const AGAIN = 400;
/* Milliseconds until something is tried again when another request was working in the sandbox. */
const HAS_PROBLEMS = 'the process has problems. See the list.';
const IS_OVER = 'This run has ended. Start again.';
const [GONE, BUSY] = ['sandbox-not-found', 'sandbox-busy'];

export class Run {
  constructor(app) {
    this._app = app;
    /** Where it stands: what the server says. */
    this.state = null;
    /** What has happened and where it stands, in words. */
    this.words = '';
    /** What could not be done, in words. */
    this.error = null;
    /** Whether the server does not have the sandbox any more. */
    this.isOver = false;
    /** How often the end user's page has become another one, other than by the end user. */
    this.pages = 0;
    /** The file that was saved as a test. */
    this.saved = null;
    /** The results that are being filled in, by element. */
    this.drafts = new Map();
    this._changes = 0;
    this._last = Promise.resolve();
  }

  get hasChanged() {
    return this._app.store.changes !== this._changes;
  }

  get _url() {
    return `${this._app.data.urls.sandboxes}/${this.state.id}`;
  }

  /** Begin, or begin again, with what is on the screen; raises what prevents that. */
  async begin(variables) {
    const { store, data } = this._app;
    const asked = this._app.xml();
    const { changes } = store;
    const content = await asked;
    const body = { content, variables };
    const create = () => this._send('POST', data.urls.sandboxes, { key: data.key, ...body });
    const restart = () => this._send('POST', `${this._url}/restart`, body);
    const again = error => (error.code === GONE ? create() : Promise.reject(error));
    const state = await (this.state ? restart().catch(again) : create());
    if (state.problems) {
      store.set({ server: state.problems, isListOpen: true });
      throw new Refused(HAS_PROBLEMS);
    }
    Object.assign(this, { _changes: changes, isOver: false, saved: null });
    this._take(state, 'Started.', { isNew: true });
  }

  /** Begin again; what prevents that is said. */
  startAgain(variables) {
    return this._do(() => this.begin(variables), 'Not started: ');
  }

  /** Do something in it: what is sent where, and what has happened then, in words. Return whether it was done. */
  act(path, body, what) {
    return this._do(async () => this._take(await this._send('POST', `${this._url}/${path}`, body), what));
  }

  /** Ask where it stands: after the end user has done something. */
  look() {
    return this._do(async () => this._take(await this._send('GET', this._url), null));
  }

  /** Return what was done as a journey test: a file. */
  async test() {
    let file = null;
    await this._do(async () => {
      file = await fetchFile(`${this._url}/test`);
      this.set({ saved: file.name, error: null });
    });
    return file;
  }

  /** Delete the sandbox. It is none of the end user's time: nobody waits for it. */
  end() {
    const { csrf } = this._app.data;
    if (this.state) send('DELETE', this._url, csrf, undefined, { keepalive: true }).catch(() => {});
  }

  /** Do one thing after the other; return whether this one was done. */
  _do(act, before = '') {
    const done = this._last.then(act).then(
      () => true,
      error => {
        const isOver = this.isOver || error.code === GONE;
        this.set({ isOver, error: isOver && !before ? IS_OVER : `${before}${error.message}` });
        return false;
      },
    );
    this._last = done;
    return done;
  }

  async _send(method, url, body) {
    const { csrf } = this._app.data;
    try {
      return await send(method, url, csrf, body);
    } catch (error) {
      if (error.code !== BUSY) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, AGAIN));
    return send(method, url, csrf, body);
  }

  /** Take what the server says. `what` was done here; null: by the end user. */
  _take(state, what, { isNew = false } = {}) {
    const old = isNew ? null : this.state;
    if (old && state.revision < old.revision) return;
    const isMoved = !old || signature(state) !== signature(old);
    this.state = state;
    // To look changes nothing: what could not be done stays said.
    if (isMoved || what !== null) this.error = null;
    if (isMoved && what !== null) this.pages += 1;
    if (isMoved || what !== null) this.words = this._worded(what, state);
    this._app.store.set({});
  }

  /** Words that are said again are others, so that screen readers say them again. */
  _worded(what, state) {
    const words = [what, whereOf(state, id => this.nameOf(id))].filter(Boolean).join(' ');
    return words === this.words ? `${words}\u00a0` : words;
  }

  /** Return what an element is called. */
  nameOf(id) {
    const known = this._app.modeler.get('elementRegistry').get(id)?.businessObject.name;
    return known || this.state?.timeline.find(each => each.element === id)?.name || id;
  }

  /** Set parts of what is known. */
  set(values) {
    Object.assign(this, values);
    this._app.store.set({});
  }
}

/** Return what is another text when the end user's page may be another one: what is filled in there stays otherwise. */
function signature({ status, incident, end, passed, tokens }) {
  const places = tokens.map(({ element, waitsFor, failed }) => [element, waitsFor, failed]);
  return JSON.stringify([status, incident, end, passed.length, places]);
}
