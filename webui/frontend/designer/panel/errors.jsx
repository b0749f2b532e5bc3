// The BPMN errors of an activity: which of them the diagram handles, and a step to handle another one.
import { Group } from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';

import { Icon } from '../../shared/icons.jsx';

export function errorsGroup(activity) {
  const entries = activity.errors.map(error => ({ id: `idflow-error-${error.code}`, component: Declared, error }));
  return { id: 'idflow-errors', label: 'Errors', component: Group, entries };
}

function Declared({ element, id, error }) {
  const boundaries = useService('errorBoundaries');
  const caught = boundaries.caught(element, error.code);
  return (
    <div class="bio-properties-panel-entry d-declared" data-entry-id={id}>
      <p>
        <code>{error.code}</code>
        {caught && (
          <span class="d-caught">
            <Icon name="check" size={14} /> {caught === error.code ? 'handled' : 'handled with all others'}
          </span>
        )}
      </p>
      {error.description && <p class="bio-properties-panel-description">{error.description}</p>}
      {caught !== error.code && (
        <button type="button" class="b-link" onClick={() => boundaries.add(element, error.code)}>
          Handle {error.code}
        </button>
      )}
    </div>
  );
}
