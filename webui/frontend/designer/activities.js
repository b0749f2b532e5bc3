// Which activity an element is, by its template, its type or its name; and the step that makes it one.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

import { extension } from './extensions.js';

const TASKS = ['bpmn:Task', 'bpmn:ServiceTask', 'bpmn:UserTask'];

export class Activities {
  constructor(store, elementTemplates, steps, modeling) {
    Object.assign(this, { _all: store.data.activities, _templates: elementTemplates, _steps: steps });
    this._modeling = modeling;
  }

  /** Return the activity whose template an element has, or whose type it names. */
  of(element) {
    const template = this._templates._getTemplateId(element);
    const type = extension(element, 'zeebe:TaskDefinition')?.type;
    const isForm = is(element, 'bpmn:UserTask') && extension(element, 'zeebe:FormDefinition');
    return this._all.find(each =>
      template ? each.template === template : type ? each.type === type : isForm && each.type === null,
    );
  }

  /** Return the activity that an element without a template looks like. */
  suggested(element) {
    const { name, $type } = getBusinessObject(element);
    if (!TASKS.includes($type) || element.labelTarget || this._templates._getTemplateId(element)) return undefined;
    const known = this.of(element);
    if (known || extension(element, 'zeebe:TaskDefinition')) return known;
    const sought = (name ?? '').trim().toLowerCase();
    return this._all.find(each => each.name.toLowerCase() === sought);
  }

  /** Apply the template of an activity; what is filled in stays. Return the element. */
  use(element, activity) {
    const template = this._templates.getLatest(activity.template)[0];
    return this._steps.do(() => {
      const name = element.businessObject.name;
      const changed = this._templates.applyTemplate(element, template);
      if (name && changed.businessObject.name !== name) this._modeling.updateProperties(changed, { name });
      return changed;
    });
  }
}

Activities.$inject = ['store', 'elementTemplates', 'steps', 'modeling'];

export default { activities: ['type', Activities] };
