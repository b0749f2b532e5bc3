// What is said of a run on top, and what can be done with the whole of it.
import { select } from '../show.js';
import { download } from '../transfer/download.js';
import { useDesigner } from '../use.js';
import { variablesOf, wrongWithVariables } from './start.jsx';

export function Head({ run }) {
  const { error, state } = run;
  return (
    <header class="d-run-head">
      <p class="d-run-where" role="status">
        {run.words}
      </p>
      <Actions run={run} />
      {run.hasChanged && (
        <Notice text="The diagram has changed since this run began." role="status">
          <StartAgain run={run} />
        </Notice>
      )}
      {error && <Notice text={error} role="alert" kind="bad" />}
      {state.incident && <Incident run={run} />}
      {run.saved && <Saved run={run} />}
    </header>
  );
}

function Actions({ run }) {
  const { store } = useDesigner();
  const save = async () => {
    const file = await run.test();
    if (file) download(file.blob, file.name);
  };
  const close = () => {
    run.end();
    const startVariables = wrongWithVariables(store) ? null : store.startVariables;
    store.set({ run: null, side: 'properties', startVariables });
    document.querySelector('[data-command="try"]')?.focus();
  };
  return (
    <div class="d-run-actions">
      <StartAgain run={run} />
      <button type="button" class="b-button" title="Save what was done as a journey test" onClick={save}>
        Save as test
      </button>
      <button type="button" class="b-button" title="End the run; nothing of it is kept" onClick={close}>
        Close
      </button>
    </div>
  );
}

export function StartAgain({ run }) {
  const { store } = useDesigner();
  const again = () => {
    // What is wrong with the variables is said where they are.
    if (wrongWithVariables(store)) {
      store.set({ runTab: 'start' });
      requestAnimationFrame(() => document.getElementById('run-variables').focus());
    } else run.startAgain(variablesOf(store));
  };
  return (
    <button type="button" class="b-button" title="Run what is on the screen, from its beginning" onClick={again}>
      Start again
    </button>
  );
}

function Notice({ text, role, kind = 'note', children }) {
  return (
    <div class={`d-run-notice d-run-notice-${kind}`} role={role}>
      <p>{text}</p>
      {children}
    </div>
  );
}

function Incident({ run }) {
  const app = useDesigner();
  const { element, code, message } = run.state.incident;
  return (
    <section class="d-run-notice d-run-notice-bad" aria-label="Incident">
      <p>
        <strong>Incident</strong>{' '}
        {element && (
          <>
            at{' '}
            <button type="button" class="b-link" onClick={() => select(app, element)}>
              {run.nameOf(element)}
            </button>
          </>
        )}
        : {message} <code>{code}</code>
      </p>
      <button type="button" class="b-button" onClick={() => run.act('retry', {}, 'Tried again.')}>
        Retry
      </button>
    </section>
  );
}

function Saved({ run }) {
  return (
    <Notice
      role="status"
      text={
        <>
          Saved as <code>{run.saved}</code>: a journey test, which says what you did and what came of it. Put it beside the
          process and its forms, and run it with <code>idflow test {run.saved}</code>.
        </>
      }
    >
      <button type="button" class="b-button" onClick={() => run.set({ saved: null })}>
        Done
      </button>
    </Notice>
  );
}
