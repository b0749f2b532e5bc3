// What we add to the panel of a process.
import { TextFieldEntry, isTextFieldEntryEdited } from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

import { property } from '../extensions.js';

/** Return the groups, with the tags among the general entries of a process. */
export function withTags(groups, element) {
  if (!processOf(element)) return groups;
  const tags = { id: 'tags', component: Tags, isEdited: isTextFieldEntryEdited };
  return groups.map(each => (each.id === 'general' ? { ...each, entries: [...each.entries, tags] } : each));
}

function processOf(element) {
  const businessObject = getBusinessObject(element);
  return is(businessObject, 'bpmn:Process') ? businessObject : businessObject.processRef;
}

function Tags({ element, id }) {
  const extensions = useService('extensions');
  const debounce = useService('debounceInput');
  const process = processOf(element);
  return (
    <TextFieldEntry
      id={id}
      element={element}
      label="Tags"
      description="Words by which the process is found, with commas between them."
      debounce={debounce}
      getValue={() => property(process, 'tags') ?? ''}
      setValue={value => extensions.setProperty(element, 'tags', value?.trim(), process)}
    />
  );
}
