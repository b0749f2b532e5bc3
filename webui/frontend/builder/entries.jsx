// An entry of the pane: one property, by its kind. What cannot be taken is told and not written.
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

import { choices, isEmpty, nameRefusal, refusal } from './checks.js';
import { HANDLE, at } from './document.js';
import { Feel } from './feel.jsx';
import { Rows } from './rows.jsx';
import { useBuilder } from './use.js';

/** The entry of `property`, whose value is at `path` of `node`. */
export function Entry({ node, property, path }) {
  const { store } = useBuilder();
  const value = at(node, path);
  const id = entryId(node[HANDLE], path);
  const Kind = KINDS[property.kind] ?? Line;
  const set = next => store.edit(node[HANDLE], path, next);
  const names = path.length === 1 && (path[0] === 'id' || path[0] === 'key');
  const refuse = next => (names ? nameRefusal(store.root, node, path, property.label, next) : refusal(property, next));
  return <Kind {...{ node, property, path, value, id, set, refuse, needed: property.required && isEmpty(value) }} />;
}

/** Return the HTML id of the control for a property of a component. */
export function entryId(handle, path) {
  return `entry-${handle}-${path.join('.')}`;
}

/** Label, hint and message around a control. */
export function Field({ id, property, error, needed, children, aside }) {
  return (
    <div class={`b-entry ${error || needed ? 'b-entry-bad' : ''}`}>
      <div class="b-entry-head">
        <label class="b-label" id={`${id}-label`} for={id}>{property.label}{property.required && <span class="b-required" title="Required"> *</span>}</label>
        {aside}
      </div>
      {children}
      {error && <p class="b-error" id={`${id}-error`} role="alert">{error}</p>}
      {property.help && <p class="b-help" id={`${id}-help`}>{property.help}</p>}
    </div>
  );
}

/** Return the attributes that tie a control to its label, hint and message. */
export function tied({ id, path, property, error, needed }) {
  const described = [ error && `${id}-error`, property.help && `${id}-help` ].filter(Boolean).join(' ');
  return {
    id,
    'data-path': path.join('.'),
    'aria-required': property.required ? 'true' : undefined,
    'aria-invalid': error || needed ? 'true' : undefined,
    'aria-describedby': described || undefined,
  };
}

/** Keep what is typed until it can be taken; `parse` makes the value of the text, `show` the text of the value. */
function useTyped({ value, set, refuse }, { parse, show }) {
  const [ typed, setTyped ] = useState(null);
  // Before the next key, not after the next frame: what is typed meanwhile must not be taken back.
  useLayoutEffect(() => setTyped(null), [ value ]);
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

const TEXT = { parse: text => (text === '' ? undefined : text), show: value => (isEmpty(value) ? value ?? '' : typeof value === 'string' ? value : JSON.stringify(value)) };
const NUMBER = {
  parse: text => (text.trim() === '' ? undefined : /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : text),
  show: value => (value === undefined || value === null ? '' : String(value)),
};

function Line(props) {
  const { text, error, type } = useTyped(props, TEXT);
  const { property } = props;
  return (
    <Field {...props} error={error}>
      <input class={`b-input ${text.startsWith?.('=') ? 'b-code' : ''}`} type="text" autocomplete="off" spellcheck={property.kind !== 'string'} placeholder={placeholder(property)} value={text} onInput={type} {...tied({ ...props, error })} />
    </Field>
  );
}

function Lines(props) {
  const { text, error, type } = useTyped(props, TEXT);
  const rows = Math.min(Math.max(text.split('\n').length + 1, 3), 14);
  return (
    <Field {...props} error={error}>
      <textarea class="b-input" rows={rows} placeholder={placeholder(props.property)} value={text} onInput={type} {...tied({ ...props, error })} />
    </Field>
  );
}

function Number_(props) {
  const { text, error, type } = useTyped(props, NUMBER);
  return (
    <Field {...props} error={error}>
      <input class="b-input" type="text" inputmode="decimal" autocomplete="off" placeholder={placeholder(props.property)} value={text} onInput={type} {...tied({ ...props, error })} />
    </Field>
  );
}

function Choice(props) {
  const { property, value, set, refuse } = props;
  const all = choices(property);
  const index = all.findIndex(each => each.value === value);
  const standard = all.find(each => each.value === property.default);
  const error = isEmpty(value) ? null : refuse(value);
  return (
    <Field {...props} error={error}>
      <select class="b-input" value={index} onChange={event => set(all[event.target.value]?.value)} {...tied({ ...props, error })}>
        {(!property.required || index < 0) && <option value={-1}>{error ? String(value) : standard ? `${standard.label} (default)` : 'Not set'}</option>}
        {all.map((each, number) => <option key={number} value={number}>{each.label}</option>)}
      </select>
    </Field>
  );
}

function Flag(props) {
  const { property, value, set, id } = props;
  const on = typeof value === 'boolean' ? value : property.default === true;
  const standard = property.default === true;
  const flip = event => set(event.target.checked === standard ? undefined : event.target.checked);
  return (
    <div class="b-entry b-entry-flag">
      <div class="b-entry-head">
        <input type="checkbox" class="b-switch" role="switch" checked={on} onChange={flip} {...tied(props)} />
        <label class="b-label" id={`${id}-label`} for={id}>{property.label}</label>
        {props.aside}
      </div>
      {property.help && <p class="b-help" id={`${id}-help`}>{property.help}</p>}
    </div>
  );
}

function Expression(props) {
  const { value, set, property, refuse } = props;
  return (
    <Field {...props} error={isEmpty(value) ? null : refuse(value)}>
      <Feel id={props.id} path={props.path} value={value} onChange={set} label={property.label} />
    </Field>
  );
}

/** A plain value, or an expression: a button changes from one to the other. */
function orFeel(Plain) {
  return function OrFeel(props) {
    const { value, set, property } = props;
    const written = typeof value === 'string' && value.startsWith('=');
    const [ wants, setWants ] = useState(written);
    useEffect(() => value !== undefined && setWants(written), [ value, written ]);
    const change = () => {
      setWants(!wants);
      if (value !== undefined) set(undefined);
    };
    const aside = <button type="button" class="b-fx" aria-pressed={wants} aria-label={`${property.label} as an expression`} title="As an expression (FEEL)" onClick={change}>fx</button>;
    return wants ? <Field {...props} aside={aside}><Feel id={props.id} path={props.path} value={value} onChange={set} label={property.label} /></Field> : <Plain {...props} aside={aside} />;
  };
}

function placeholder({ default: standard, kind }) {
  if (standard !== undefined && standard !== null && standard !== '' && typeof standard !== 'object') return String(standard);
  return kind === 'text' || kind === 'multiline' ? 'Text, {{placeholders}}' : undefined;
}

const KINDS = {
  string: Line,
  text: Line,
  multiline: Lines,
  feel: Expression,
  flag: Flag,
  'flag-or-feel': orFeel(Flag),
  integer: Number_,
  number: Number_,
  'number-or-feel': orFeel(Number_),
  choice: Choice,
  list: Rows,
};
