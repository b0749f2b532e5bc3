// Entries for what is typed: texts and numbers.
import { useLayoutEffect, useState } from 'preact/hooks';

import { isEmpty } from './checks.js';
import { Field, placeholder, tied } from './field.jsx';

/** Keep what is typed until it can be taken; `parse` makes the value of the text, `show` the text of the value. */
function useTyped({ value, set, refuse }, { parse, show }) {
  const [typed, setTyped] = useState(null);
  // Before the next key, not after the next frame: what is typed meanwhile must not be taken back.
  useLayoutEffect(() => setTyped(null), [value]);
  const text = typed ?? show(value);
  const error = typed === null ? (isEmpty(value) ? null : refuse(value)) : refuse(parse(typed));
  const type = event => {
    const next = event.target.value;
    const parsed = parse(next);
    setTyped(next);
    if (!refuse(parsed)) set(parsed);
  };
  return { text, error, type };
}

const TEXT = {
  parse: text => (text === '' ? undefined : text),
  show: value => (isEmpty(value) ? (value ?? '') : typeof value === 'string' ? value : JSON.stringify(value)),
};
const NUMBER = {
  parse: text => (text.trim() === '' ? undefined : /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : text),
  show: value => (value === undefined || value === null ? '' : String(value)),
};

export function Line(props) {
  const { text, error, type } = useTyped(props, TEXT);
  const { property } = props;
  return (
    <Field {...props} error={error}>
      <input
        class={`b-input ${text.startsWith?.('=') ? 'b-code' : ''}`}
        type="text"
        autocomplete="off"
        spellcheck={property.kind !== 'string'}
        placeholder={placeholder(property)}
        value={text}
        onInput={type}
        {...tied({ ...props, error })}
      />
    </Field>
  );
}

export function Lines(props) {
  const { text, error, type } = useTyped(props, TEXT);
  const rows = Math.min(Math.max(text.split('\n').length + 1, 3), 14);
  return (
    <Field {...props} error={error}>
      <textarea
        class="b-input"
        rows={rows}
        placeholder={placeholder(props.property)}
        value={text}
        onInput={type}
        {...tied({ ...props, error })}
      />
    </Field>
  );
}

export function NumberLine(props) {
  const { text, error, type } = useTyped(props, NUMBER);
  return (
    <Field {...props} error={error}>
      <input
        class="b-input"
        type="text"
        inputmode="decimal"
        autocomplete="off"
        placeholder={placeholder(props.property)}
        value={text}
        onInput={type}
        {...tied({ ...props, error })}
      />
    </Field>
  );
}
