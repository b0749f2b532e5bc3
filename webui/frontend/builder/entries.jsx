// An entry of the pane: one property, by its kind. What cannot be taken is told and not written.
import { isEmpty, nameRefusal, refusal } from './checks.js';
import { Choice, Flag } from './chosen.jsx';
import { HANDLE, at } from './document.js';
import { Expression, orFeel } from './expression.jsx';
import { Rows } from './rows.jsx';
import { useBuilder } from './use.js';
import { Line, Lines, NumberLine } from './written.jsx';

/** The entry of `property`, whose value is at `path` of `node`. */
export function Entry({ node, property, path }) {
  const { store } = useBuilder();
  const value = at(node, path);
  const id = entryId(node[HANDLE], path);
  const Kind = KINDS[property.kind] ?? Line;
  const set = next => store.edit(node[HANDLE], path, next);
  const names = path.length === 1 && (path[0] === 'id' || path[0] === 'key');
  const refuse = next => (names ? nameRefusal(store.root, node, path, property.label, next) : refusal(property, next));
  return <Kind {...{ node, property, path, value, id, set, refuse, needed: property.required && isEmpty(value) }} />;
}

/** Return the HTML id of the control for a property of a component. */
export function entryId(handle, path) {
  return `entry-${handle}-${path.join('.')}`;
}

const KINDS = {
  string: Line,
  text: Line,
  multiline: Lines,
  feel: Expression,
  flag: Flag,
  'flag-or-feel': orFeel(Flag),
  integer: NumberLine,
  number: NumberLine,
  'number-or-feel': orFeel(NumberLine),
  choice: Choice,
  list: Rows,
};
