// The templates of the activities: names of tasks, and what the panel shows beside their parameters.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';
import { is } from 'bpmn-js/lib/util/ModelUtil';

const isName = ({ binding }) => binding.type === 'property' && binding.name === 'name';

/**
 * Return the templates as the editor takes them. A constant name would be put over the one that somebody gave the task,
 * with every update: the name is set once, by `Names`. Output mappings run for every activity.
 */
export function prepared(templates) {
  return templates.map(each => ({
    ...each,
    entriesVisible: { outputs: true, executionListeners: false, ...each.entriesVisible },
    properties: each.properties.filter(property => !isName(property)).map(plain),
  }));
}

/** The panel takes descriptions as HTML; ours are plain texts. */
function plain(property) {
  const { description } = property;
  return description ? { ...property, description: description.replaceAll('<', '&lt;') } : property;
}

/** Gives tasks that are made of a template, or get one, its name when they have none. */
class Names extends CommandInterceptor {
  constructor(eventBus, elementTemplates, modeling) {
    super(eventBus);
    const create = elementTemplates.createElement.bind(elementTemplates);
    elementTemplates.createElement = (template, options) => {
      const element = create(template, options);
      const { businessObject } = element;
      if (is(businessObject, 'bpmn:FlowElement') && !businessObject.name) businessObject.name = template.name;
      return element;
    };
    this.postExecuted(
      ['propertiesPanel.zeebe.changeTemplate'],
      ({ element, newTemplate }) => {
        if (newTemplate && !element.businessObject.name)
          modeling.updateProperties(element, { name: newTemplate.name });
      },
      true,
    );
  }
}

Names.$inject = ['eventBus', 'elementTemplates', 'modeling'];

export default { __init__: ['templateNames'], templateNames: ['type', Names] };
