// What we change in bpmn.io's panel: the groups of an activity, of a form and of the process, and what stays hidden.
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { withChoices } from './choices.jsx';
import { errorsGroup } from './errors.jsx';
import { formGroup } from './form.jsx';
import { arranged } from './groups.js';
import { outputsGroup } from './outputs.jsx';
import { withTags } from './process.jsx';
import { suggestionGroup } from './suggestion.jsx';

const AFTER_TEMPLATES = 200;
/* Below the priority of the templates' provider: what it has added is here already. */

class PanelProvider {
  constructor(propertiesPanel, activities, store) {
    Object.assign(this, { _activities: activities, _store: store, _entries: new Map() });
    propertiesPanel.registerProvider(AFTER_TEMPLATES, this);
  }

  getGroups(element) {
    return groups => {
      const activity = this._activities.of(element);
      const suggested = this._activities.suggested(element);
      const { choices } = this._store;
      const own = [
        suggested && suggestionGroup(suggested),
        is(element, 'bpmn:UserTask') && formGroup(element, groups),
        activity && outputsGroup(activity, groups),
        activity?.errors?.length && errorsGroup(activity),
      ].filter(Boolean);
      const arrangement = arranged(withTags(withChoices(groups, activity, choices), element), own, element);
      this._note(arrangement);
      return arrangement;
    };
  }

  /** Return the id of the entry that is shown for a parameter. */
  entryOf(field) {
    return this._entries.get(field) ?? field;
  }

  _note(groups) {
    const entries = groups.flatMap(each => each.entries ?? []).filter(each => each.property);
    this._entries = new Map(entries.map(({ id, property }) => [property.binding.name ?? property.id, id]));
  }
}

PanelProvider.$inject = ['propertiesPanel', 'activities', 'store'];

export default { __init__: ['idflowPanel'], idflowPanel: ['type', PanelProvider] };
