// The variables of the process, one line for each value.
import { useState } from 'preact/hooks';

const MOST = 300;
/* Lines that are shown at once. */

export function Variables({ run, isSeen }) {
  const [sought, seek] = useState('');
  if (!isSeen) return null;
  const all = [...values(run.state.variables)];
  const words = sought.trim().toLowerCase();
  const found = all.filter(([path, value]) => `${path} ${value}`.toLowerCase().includes(words));
  return (
    <>
      <label class="b-label" for="run-seek">
        Search
      </label>
      <input
        id="run-seek"
        class="b-input"
        type="search"
        autocomplete="off"
        value={sought}
        onInput={event => seek(event.target.value)}
      />
      {!all.length && <p class="b-nothing">There are no variables yet.</p>}
      {all.length > 0 && !found.length && <p class="b-nothing">Nothing is like that.</p>}
      {found.length > 0 && (
        <table class="d-run-table">
          <thead>
            <tr>
              <th scope="col">Variable</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, MOST).map(([path, value]) => (
              <tr key={path}>
                <th scope="row">
                  <code>{path}</code>
                </th>
                <td>
                  <code>{value}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {found.length > MOST && (
        <p class="b-help">
          {MOST} of {found.length} are shown. Search for the others.
        </p>
      )}
      <p class="b-help">Secrets are masked.</p>
    </>
  );
}

/** Return the paths of the values, and these as JSON; what holds others and is not empty has none itself. */
function* values(value, path = '') {
  const isList = Array.isArray(value);
  const entries = value !== null && typeof value === 'object' ? Object.entries(value) : [];
  if (!entries.length && path) yield [path, typeof value === 'string' ? value : JSON.stringify(value)];
  for (const [name, each] of entries) yield* values(each, isList ? `${path}[${name}]` : path ? `${path}.${name}` : name);
}
