// What has changed, in words.

const VERBS = { added: 'Added', removed: 'Removed', changed: 'Changed', moved: 'Moved' };
const WIDEST = 80;
/* Characters of a value. */

/** Return what a change is: `Added: Service task “Get TOTP”`. */
export function wordsOf({ kind, type, name, element }) {
  const what = type.replace(/^\w+:/, '').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return `${VERBS[kind]}: ${what} ${name ? `“${name}”` : element}`;
}

/** Return what became of a property. */
export function propertyOf({ path, old, new: fresh }) {
  const value = each => (each === null || each === undefined || each === '' ? 'nothing' : short(String(each)));
  return `${path}: ${value(old)} → ${value(fresh)}`;
}

/** Return what the running instances do: each stays on its version. */
export function runningOf(running) {
  if (!running.length) return 'No instance is running.';
  const each = running.map(({ version, count }) => `${count} on version ${version}`);
  const total = running.reduce((sum, { count }) => sum + count, 0);
  return `${total} running ${total === 1 ? 'instance stays' : 'instances stay'} as begun: ${each.join(', ')}.`;
}

function short(text) {
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}
