// What service tasks come to: by themselves, or as it is set here.
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { extension } from '../extensions.js';
import { select } from '../show.js';
import { useDesigner } from '../use.js';
import { Result } from './result.jsx';
import { resultOf } from './words.js';

const SERVICES = ['bpmn:ServiceTask', 'bpmn:SendTask'];

export function Results({ run, isSeen }) {
  const app = useDesigner();
  const { store, modeler } = app;
  if (!isSeen) return null;
  const services = modeler.get('elementRegistry').filter(isService);
  const chosen = services.find(each => each === store.selection[0]);
  const { results } = run.state;
  const lost = Object.keys(results).filter(id => !services.some(each => each.id === id));
  if (!services.length && !lost.length) return <p class="b-nothing">There is no service task.</p>;
  return (
    <>
      <ul class="d-run-list" aria-label="Service tasks">
        {services.map(each => (
          <li key={each.id}>
            <button
              type="button"
              class={`b-item d-run-service ${results[each.id] ? 'd-run-is-set' : ''}`}
              aria-pressed={each === chosen ? 'true' : 'false'}
              onClick={() => select(app, each.id)}
            >
              <span>{run.nameOf(each.id)}</span>
              <span>
                {results[each.id] && '⚙ '}
                {resultOf(results[each.id])}
              </span>
            </button>
          </li>
        ))}
        {lost.map(id => (
          <li key={id}>
            {id} (not in the diagram any more): {resultOf(results[id])}{' '}
            <button type="button" class="b-link" onClick={() => run.act('results', { element: id, result: null }, 'Taken away.')}>
              Take away
            </button>
          </li>
        ))}
      </ul>
      {chosen ? (
        <Result key={chosen.id} run={run} element={chosen} />
      ) : (
        <p class="b-help">Choose a service task here or on the diagram, to set what it comes to.</p>
      )}
    </>
  );
}

function isService(element) {
  if (element.labelTarget || !element.parent) return false;
  return SERVICES.some(each => is(element, each)) || Boolean(extension(element, 'zeebe:TaskDefinition'));
}
