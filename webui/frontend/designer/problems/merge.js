// What the server and the page itself have found, as one list.

const ORDER = { error: 0, warning: 1 };
const keyOf = ({ element, field }) => `${element ?? ''} ${field ?? ''}`;

/** Return all problems, each element and field once: what the server says wins. Errors come first. */
export function merged(server, local) {
  const told = new Set(server.map(keyOf));
  const all = [...server, ...local.filter(each => !told.has(keyOf(each)))];
  return all.sort((one, other) => ORDER[one.severity] - ORDER[other.severity]);
}
