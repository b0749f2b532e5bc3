// Entries for expressions, alone or in the place of a plain value.
import { useEffect, useState } from 'preact/hooks';

import { isEmpty } from './checks.js';
import { Feel } from './feel.jsx';
import { Field } from './field.jsx';

export function Expression(props) {
  const { value, set, property, refuse } = props;
  return (
    <Field {...props} error={isEmpty(value) ? null : refuse(value)}>
      <Feel id={props.id} path={props.path} value={value} onChange={set} label={property.label} />
    </Field>
  );
}

/** A plain value, or an expression: a button changes from one to the other. */
export function orFeel(Plain) {
  return function OrFeel(props) {
    const { value, set, property } = props;
    const written = typeof value === 'string' && value.startsWith('=');
    const [wants, setWants] = useState(written);
    useEffect(() => value !== undefined && setWants(written), [value, written]);
    const change = () => {
      setWants(!wants);
      if (value !== undefined) set(undefined);
    };
    const aside = (
      <button
        type="button"
        class="b-fx"
        aria-pressed={wants}
        aria-label={`${property.label} as an expression`}
        title="As an expression (FEEL)"
        onClick={change}
      >
        fx
      </button>
    );
    return wants ? (
      <Field {...props} aside={aside}>
        <Feel id={props.id} path={props.path} value={value} onChange={set} label={property.label} />
      </Field>
    ) : (
      <Plain {...props} aside={aside} />
    );
  };
}
