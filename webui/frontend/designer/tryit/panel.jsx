// The run beside the diagram: where it stands, the end user's page, and everything that is known of it.
import { useEffect, useState } from 'preact/hooks';

import { fit } from '../modeler.js';
import { Resize } from '../resize.jsx';
import { useDesigner } from '../use.js';
import { Details } from './details.jsx';
import { Frame } from './frame.jsx';
import { Head, StartAgain } from './head.jsx';
import { Marks } from './marks.js';
import { Run } from './run.js';
import { variablesOf } from './start.jsx';

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
  const { state } = run;
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
      <Head run={run} />
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
