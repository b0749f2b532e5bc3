// The run beside the diagram: where it stands, the end user's page, and everything that is known of it.
import { useEffect, useState } from 'preact/hooks';

import { fit } from '../modeler.js';
import { Resize } from '../resize.jsx';
import { select } from '../show.js';
import { download } from '../transfer/download.js';
import { useDesigner } from '../use.js';
import { Details } from './details.jsx';
import { Frame } from './frame.jsx';
import { Marks } from './marks.js';
import { Run } from './run.js';
import { variablesOf, wrongWithVariables } from './start.jsx';

const [LOWEST, USUAL, HIGHEST] = [120, 300, 700];
/* Pixels: how high the details can be, and are at first. */
const NARROW = 600;
/* Pixels that the diagram should have at least. */

/** Begin a run with what is on the screen, and show it; raises what prevents that. */
export async function begin(app) {
  const run = new Run(app);
  run.draw = () => <Panel run={run} />;
  await run.begin(variablesOf(app.store));
  app.store.set({ run, side: 'try' });
}

function Panel({ run }) {
  const { store, modeler } = useDesigner();
  const [height, setHeight] = useState(USUAL);
  const { state, error } = run;
  useEffect(() => {
    const leave = () => run.end();
    addEventListener('pagehide', leave);
    document.getElementById('tab-try').focus();
    return () => removeEventListener('pagehide', leave);
  }, []);
  useRoom(store);
  const marks = useMarks(modeler);
  // The diagram draws what has changed anew, and a file that is opened begins without any.
  useEffect(() => marks.draw(state), [state, store.changes]);
  return (
    <div class="d-run">
      <h2 class="visually-hidden">Try it</h2>
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
      <div class="d-run-body">
        {run.isOver ? (
          <div class="d-run-page d-run-over">
            <p>This run has ended. Start again.</p>
            <StartAgain run={run} />
          </div>
        ) : (
          <Frame run={run} />
        )}
        <section class="d-run-details" style={{ '--height': `${height}px` }} aria-label="What is known of the run">
          <Resize
            label="Height of what is known of the run"
            size={height}
            smallest={LOWEST}
            largest={HIGHEST}
            isAcross
            onResize={setHeight}
          />
          <Details run={run} />
        </section>
      </div>
    </div>
  );
}

/** See that the whole diagram is to be seen beside the run; where there is little room, without the list of steps. */
function useRoom(store) {
  useEffect(() => {
    const { modeler, isOutlineOpen } = store;
    const stage = document.querySelector('.d-stage');
    const isNarrow = isOutlineOpen && stage.clientWidth < NARROW;
    if (isNarrow) store.set({ isOutlineOpen: false });
    requestAnimationFrame(() => {
      modeler.get('canvas').resized();
      fit(modeler);
    });
    return () => isNarrow && store.set({ isOutlineOpen: true });
  }, []);
}

/** Return what draws on the diagram as long as the run is shown. */
function useMarks(modeler) {
  const [marks] = useState(() => new Marks(modeler));
  useEffect(() => () => marks.clear(), []);
  return marks;
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

function StartAgain({ run }) {
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
