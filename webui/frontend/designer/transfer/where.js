// Where in a text something is wrong.

const PLACE = /line: (\d+)\s+column: (\d+)\s+nested error: (.*)/;

/** Return `{line, column, reason}`, counted from 1, of an error of bpmn-js about a text; null when it says no place. */
export function whereOf({ message }) {
  const [, line, column, reason] = PLACE.exec(message) ?? [];
  return line ? { line: Number(line) + 1, column: Number(column) + 1, reason } : null;
}
