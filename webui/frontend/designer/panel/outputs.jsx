// What an activity writes: the names by which the steps after it use it.
import { Group } from '@bpmn-io/properties-panel';

import { Copy } from '../copy.jsx';
import { input, property } from '../extensions.js';

const PLACEHOLDER = /<([^>]+)>/g;

export function outputsGroup(activity) {
  const entries = activity.writes.map((written, index) => ({
    id: `idflow-written-${index}`,
    component: Written,
    written,
    activity,
  }));
  return { id: 'idflow-outputs', label: 'Output Parameters', component: Group, entries };
}

function Written({ element, id, written, activity }) {
  const path = `processvar.${filled(written.path, element, activity)}`;
  return (
    <div class="bio-properties-panel-entry d-written" data-entry-id={id}>
      <Copy text={path} />
      {written.help && <div class="bio-properties-panel-description">{written.help}</div>}
      {written.fields.length > 0 && (
        <ul aria-label={`Fields of ${path}`}>
          {written.fields.map(field => (
            <li key={field}>
              <Copy text={`${path}.${field}`} label={field} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Return a path with the values of the parameters that stand in angle brackets, where they are plain texts. */
function filled(path, element, activity) {
  return path.replace(PLACEHOLDER, (whole, label) => {
    const parameter = activity.parameters.find(each => each.label.toLowerCase() === label.toLowerCase());
    if (!parameter) return whole;
    const value = input(element, parameter.key)?.source ?? property(element, parameter.key) ?? parameter.default;
    return value && !String(value).startsWith('=') ? value : whole;
  });
}
