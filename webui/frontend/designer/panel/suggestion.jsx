// A task that is one of our activities and does not have its template yet.
import { useService } from 'bpmn-js-properties-panel';

export function suggestionGroup(activity) {
  return { id: 'idflow-suggestion', label: 'Suggestion', component: Suggestion, activity };
}

function Suggestion({ element, activity }) {
  const activities = useService('activities');
  return (
    <div class="d-suggestion" role="note">
      <p>
        This looks like <strong>{activity.name}</strong>. As that activity, it has all parameters with their help.
      </p>
      <button type="button" class="b-button" onClick={() => activities.use(element, activity)}>
        Use “{activity.name}”
      </button>
    </div>
  );
}
