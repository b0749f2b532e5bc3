// Where in a text something is wrong.

/**
 * Return `{line, column, reason}`, counted from 1, for a text that is no XML; null when the place is not known. The
 * browser's own parser says it: bpmn-js says where a tag begins, which may be far away.
 */
export function whereOf(text) {
  const found = new DOMParser().parseFromString(text, 'application/xml').querySelector('parsererror');
  if (!found) return null;
  const [, line, column, reason] =
    /line (?:number )?(\d+)(?:,| at) column (\d+):?\s*(.*)/i.exec(found.textContent) ?? [];
  return line ? { line: Number(line), column: Number(column), reason: (reason ?? '').split('Below is a rendering')[0].trim() } : null;
}
