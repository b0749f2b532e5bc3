// What happened, and when.
import { select } from '../show.js';
import { useDesigner } from '../use.js';
import { eventOf, timeOf } from './words.js';

const FLOWS = 'completed';
/* What the detail of this one names, the diagram shows. */

export function Timeline({ run, isSeen }) {
  const app = useDesigner();
  const { timeline, clock } = run.state;
  if (!isSeen) return null;
  if (!timeline.length) return <p class="b-nothing">Nothing has happened yet.</p>;
  return (
    <ol class="d-run-timeline">
      {timeline.map(({ at, element, name, what, detail }, index) => (
        <li key={index}>
          <time dateTime={at}>{timeOf(at, clock, { isExact: true })}</time>
          <span>
            <strong>{eventOf(what)}</strong>{' '}
            {element && (
              <button type="button" class="b-link" onClick={() => select(app, element)}>
                {name || element}
              </button>
            )}
            {detail && what !== FLOWS && <span class="d-run-detail"> {detail}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
