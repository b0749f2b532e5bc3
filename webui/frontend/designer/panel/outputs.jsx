// What an activity writes: the names by which the steps after it use it.
import { Group } from '@bpmn-io/properties-panel';

import { Copy } from '../copy.jsx';
import { input, property } from '../extensions.js';

const PLACEHOLDER = /\{(\w+)\}/g;
const TEMPLATE = 'ElementTemplates__CustomProperties-output';

/** Return the group of what an activity writes; where it keeps what it returns is among the template's parameters. */
export function outputsGroup(activity, groups) {
  const result = groups.find(each => each.id === TEMPLATE)?.entries ?? [];
  const written = (activity.writes ?? []).map((each, index) => ({
    id: `idflow-written-${index}`,
    component: Written,
    written: each,
    activity,
  }));
  const entries = [...written, ...result];
  return entries.length ? { id: 'idflow-outputs', label: 'Output Parameters', component: Group, entries } : null;
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

/** Return a path with the values of the parameters that stand in braces, where they are plain texts. */
export function filled(path, element, activity) {
  return path.replace(PLACEHOLDER, (_, key) => {
    const parameter = activity.parameters.find(each => each.key === key);
    const value = input(element, key)?.source ?? property(element, key) ?? parameter?.default;
    return value && !String(value).startsWith('=') ? value : `<${parameter?.label ?? key}>`;
  });
}
