// The variables with which a run begins.
import { useDesigner } from '../use.js';
import { Field, parsed, wrongWith } from './field.jsx';

const OBJECT = { isObject: true, usual: {} };
const USUAL = '{\n  "externalId": "sample-user"\n}';
/* What the server takes when nothing else is said: what tokens usually carry, of the sample user. */

/** Return the variables that are filled in; raises an error with words when they are none. */
export function variablesOf(store) {
  return parsed(store.startVariables ?? USUAL, OBJECT);
}

/** Return what is wrong with them, or null. */
export function wrongWithVariables(store) {
  return wrongWith(store.startVariables ?? USUAL, OBJECT);
}

export function Start({ run }) {
  const { store } = useDesigner();
  const text = store.startVariables ?? USUAL;
  const error = wrongWithVariables(store);
  const start = event => {
    event.preventDefault();
    if (error) document.getElementById('run-variables').focus();
    else run.startAgain(variablesOf(store));
  };
  return (
    <form onSubmit={start} noValidate>
      <Field
        id="run-variables"
        label="Variables at the start (JSON)"
        value={text}
        error={error}
        help="What a process token would bring. Without an externalId it is sample-user; new-user has no registration yet."
        rows={6}
        isCode
        onInput={startVariables => store.set({ startVariables })}
      />
      <button type="submit" class="b-button">
        Start again with these
      </button>
    </form>
  );
}
