// The state of the designer beside the diagram itself, which the modeler keeps with its history.
import { Listened } from '../shared/listened.js';

const WIDE = 1200;
/* Pixels of the window from which there is room for the list of steps; it can be opened in any. */

export class Store extends Listened {
  constructor(data) {
    super();
    this.data = data;
    /** The bpmn-js modeler, from the moment that the canvas is on the page. */
    this.modeler = null;
    /** How often the diagram has changed since the page was opened. */
    this.changes = 0;
    /** The selected elements; the root of the canvas when nothing is selected. */
    this.selection = [];
    /** What the server found wrong when it last looked. */
    this.problems = data.problems ?? [];
    /** What is known at each element: by the server, after each save. */
    this.variables = data.variables ?? {};
    /** What parameters can refer to; asked for again when somebody comes back to the page. */
    this.choices = data.choices ?? {};
    this.deployed = data.deployed ?? null;
    /** Whether what is drawn is kept: `saved`, `changed`, `saving` or `failed`, and the words for it. */
    this.status = { state: 'saved', text: '', trouble: null };
    /** Which parts of the page are open. */
    this.isOutlineOpen = innerWidth >= WIDE;
    this.isListOpen = false;
    this.isHelpOpen = false;
    this.isDeploying = false;
    this.isSimulating = false;
    /** What is shown beside the diagram, when it is open: `properties`, or the id of one of the slots `side`. */
    this.side = 'properties';
    /** What is tried out (tryit/run.js), and why nothing could be. */
    this.run = null;
    this.notBegun = null;
    /** The variables that runs begin with, as JSON, and which tab of a run is seen; null: the usual ones. */
    this.startVariables = null;
    this.runTab = null;
    /** The text that cannot be shown as a diagram: `{text, message, place}`. */
    this.broken = null;
    /** The text of the file, when what is drawn does not say all that it says. */
    this.original = null;
    /** What the designer should know of the file that was opened: `{title, items}`. */
    this.notices = [];
    /** What somebody else has saved meanwhile, and how to come back from it. */
    this.conflict = null;
    this.isOld = false;
    this.replaced = null;
  }

  /** What the process is called in the diagram, otherwise what it was called when the page was opened. */
  get name() {
    const roots = this.modeler?.getDefinitions()?.get('rootElements') ?? [];
    return roots.find(each => each.id === this.data.key)?.name || this.data.name;
  }

  /** Set parts of the state. */
  set(state) {
    Object.assign(this, state);
    this._tell();
  }

  /** Return the problems of one element. */
  problemsOf(id) {
    if (this._sorted !== this.problems) {
      this._sorted = this.problems;
      this._byElement = new Map();
      for (const each of this.problems) {
        if (!this._byElement.has(each.element)) this._byElement.set(each.element, []);
        this._byElement.get(each.element).push(each);
      }
    }
    return this._byElement.get(id) ?? [];
  }
}
