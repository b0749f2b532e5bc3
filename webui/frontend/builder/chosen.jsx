// Entries for what is chosen: one of several, yes or no.
import { choices, isEmpty } from './checks.js';
import { Field, tied } from './field.jsx';

export function Choice(props) {
  const { property, value, set, refuse } = props;
  const all = choices(property);
  const index = all.findIndex(each => each.value === value);
  const standard = all.find(each => each.value === property.default);
  const error = isEmpty(value) ? null : refuse(value);
  return (
    <Field {...props} error={error}>
      <select
        class="b-input"
        value={index}
        onChange={event => set(all[event.target.value]?.value)}
        {...tied({ ...props, error })}
      >
        {(!property.required || index < 0) && (
          <option value={-1}>{error ? String(value) : standard ? `${standard.label} (default)` : 'Not set'}</option>
        )}
        {all.map((each, number) => (
          <option key={number} value={number}>
            {each.label}
          </option>
        ))}
      </select>
    </Field>
  );
}

export function Flag(props) {
  const { property, value, set, id } = props;
  const on = typeof value === 'boolean' ? value : property.default === true;
  const standard = property.default === true;
  const flip = event => set(event.target.checked === standard ? undefined : event.target.checked);
  return (
    <div class="b-entry b-entry-flag">
      <div class="b-entry-head">
        <input type="checkbox" class="b-switch" role="switch" checked={on} onChange={flip} {...tied(props)} />
        <label class="b-label" id={`${id}-label`} for={id}>
          {property.label}
        </label>
        {props.aside}
      </div>
      {property.help && (
        <p class="b-help" id={`${id}-help`}>
          {property.help}
        </p>
      )}
    </div>
  );
}
