// What one service task is to come to.
import { useState } from 'preact/hooks';

import { filled } from '../panel/outputs.jsx';
import { useDesigner } from '../use.js';
import { Field, parsed, wrongWith } from './field.jsx';
import { resultOf } from './words.js';

const KINDS = [
  ['real', 'Runs for real'],
  ['error', 'BPMN error'],
  ['failure', 'Failure'],
  ['value', 'Value'],
];
const OTHER = '';
/* The value of the choice for a code that the activity does not declare. */
const OBJECT = { isObject: true, usual: {} };
const json = value => JSON.stringify(value, null, 2);

export function Result({ run, element }) {
  const { modeler } = useDesigner();
  const [errors, setErrors] = useState({});
  const activity = modeler.get('activities').of(element);
  const codes = activity?.errors ?? [];
  const [draft, setDraft] = useState(() => run.drafts.get(element.id) ?? draftOf(run.state.results[element.id], codes));
  const set = values => {
    const changed = { ...draft, ...values };
    run.drafts.set(element.id, changed);
    setDraft(changed);
  };
  const submit = async event => {
    event.preventDefault();
    const found = errorsOf(draft);
    setErrors(found);
    const wrong = Object.keys(found).find(each => found[each]);
    if (wrong) {
      document.getElementById(`run-result-${wrong}`).focus();
      return;
    }
    const result = made(draft);
    const words = `${run.nameOf(element.id)}: ${resultOf(result)}, from now on.`;
    if (await run.act('results', { element: element.id, result }, words)) run.drafts.delete(element.id);
  };
  return (
    <form onSubmit={submit} noValidate>
      <fieldset class="d-run-kinds">
        <legend>{run.nameOf(element.id)}</legend>
        {KINDS.map(([kind, label]) => (
          <label key={kind}>
            <input type="radio" name="run-kind" checked={draft.kind === kind} onChange={() => set({ kind })} />
            {label}
          </label>
        ))}
      </fieldset>
      {draft.kind === 'error' && (
        <>
          <label class="b-label" for="run-result-choice">
            Error
          </label>
          <select
            id="run-result-choice"
            class="b-input"
            value={draft.choice}
            onChange={event => set({ choice: event.target.value })}
          >
            {codes.map(({ code }) => (
              <option key={code} value={code}>
                {code}
              </option>
            ))}
            <option value={OTHER}>Another code</option>
          </select>
          {draft.choice === OTHER && (
            <Field
              id="run-result-code"
              label="Code"
              value={draft.code}
              error={errors.code}
              onInput={code => set({ code })}
            />
          )}
        </>
      )}
      {(draft.kind === 'error' || draft.kind === 'failure') && (
        <Field id="run-result-message" label="Message" value={draft.message} onInput={message => set({ message })} />
      )}
      {draft.kind === 'value' && (
        <>
          <Field
            id="run-result-variables"
            label="Variables (JSON, by their paths)"
            value={draft.variables}
            error={errors.variables}
            help={writtenBy(element, activity)}
            rows={4}
            isCode
            onInput={variables => set({ variables })}
          />
          <Field
            id="run-result-result"
            label="Result (JSON)"
            value={draft.result}
            error={errors.result}
            rows={2}
            isCode
            onInput={result => set({ result })}
          />
        </>
      )}
      <button type="submit" class="b-button">
        Set
      </button>
    </form>
  );
}

/** Return what is filled in at first: what is set now. */
function draftOf(result, codes) {
  const declared = codes.map(each => each.code);
  const [first = OTHER] = declared;
  return {
    kind: result?.kind ?? 'real',
    choice: result?.kind === 'error' ? (declared.includes(result.code) ? result.code : OTHER) : first,
    code: result?.code ?? '',
    message: result?.message ?? '',
    variables: json(result?.variables ?? {}),
    result: json(result?.result ?? null),
  };
}

function errorsOf({ kind, choice, code, variables, result }) {
  if (kind === 'error') return { code: (choice || code.trim()) ? null : 'Write the code of the error.' };
  if (kind === 'value') return { variables: wrongWith(variables, OBJECT), result: wrongWith(result) };
  return {};
}

function made({ kind, choice, code, message, variables, result }) {
  switch (kind) {
    case 'error':
      return { kind, code: choice || code.trim(), message };
    case 'failure':
      return { kind, message };
    case 'value':
      return { kind, variables: parsed(variables, OBJECT), result: parsed(result) };
    default:
      return null;
  }
}

function writtenBy(element, activity) {
  const paths = (activity?.writes ?? []).map(({ path }) => filled(path, element, activity));
  return paths.length ? `This activity writes ${paths.join(', ')}.` : null;
}
