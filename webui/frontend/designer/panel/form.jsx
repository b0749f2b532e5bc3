// Which form a user task shows: its name, its version, and the key under which the answers are kept.
import { Group, TextFieldEntry } from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';

import { extension, property } from '../extensions.js';
import { Choice } from './choice.jsx';

const DEFINITION = 'zeebe:FormDefinition';

/** Return the group for a form; what its template has beside the form is in the same one. */
export function formGroup(element, groups) {
  const formId = extension(element, DEFINITION)?.formId;
  const entries = [
    { id: 'formId', component: FormName, isEdited: () => Boolean(formId) },
    { id: 'formVersion', component: FormVersion, isEdited: () => Boolean(extension(element, DEFINITION)?.versionTag) },
    { id: 'formDataKey', component: FormDataKey, isEdited: () => Boolean(property(element, 'formDataKey')) },
  ];
  const others = groups.filter(isOfTemplate).flatMap(each => each.entries.filter(isOther));
  return {
    id: 'idflow-form',
    label: 'Input Parameters',
    component: Group,
    entries: [...entries, ...others],
    shouldOpen: true,
  };
}

/** Tell whether a group has the parameters of a template. */
export function isOfTemplate({ id }) {
  return id.startsWith('ElementTemplates__CustomProperties');
}

function isOther({ property: { binding } }) {
  return binding.type !== 'zeebe:formDefinition' && binding.name !== 'formDataKey';
}

function useForms() {
  const { choices, data } = useService('store');
  const { urls, activities } = data;
  const parameters = activities.find(each => each.type === null)?.parameters ?? [];
  return { forms: choices?.form ?? [], urls, parameters };
}

function Entry({ id, label, help, error, children }) {
  return (
    <div class={`bio-properties-panel-entry ${error ? 'has-error' : ''}`} data-entry-id={id}>
      <label class="bio-properties-panel-label" for={`bio-properties-panel-${id}`}>
        {label}
      </label>
      {children}
      {error && <div class="bio-properties-panel-error">{error}</div>}
      {help && <div class="bio-properties-panel-description">{help}</div>}
    </div>
  );
}

function FormName({ element, id }) {
  const extensions = useService('extensions');
  const { forms, urls } = useForms();
  const value = extension(element, DEFINITION)?.formId ?? '';
  const form = forms.find(each => each.value === value);
  const label = 'Data form name';
  const choose = formId =>
    formId !== value &&
    extensions.set(element, DEFINITION, {
      formId: formId || undefined,
      bindingType: undefined,
      versionTag: undefined,
    });
  return (
    <Entry id={id} label={label} help="The form that is shown." error={value ? null : `${label} must not be empty.`}>
      <Choice id={`bio-properties-panel-${id}`} name={id} label={label} value={value} choices={forms} onChoose={choose} />
      <p class="d-links">
        {form?.url && (
          <a href={form.url} target="_blank" rel="noopener">
            Open {form.value} in the form builder
          </a>
        )}
        {urls?.newForm && (
          <a href={urls.newForm} target="_blank" rel="noopener">
            New form
          </a>
        )}
      </p>
    </Entry>
  );
}

function FormVersion({ element, id }) {
  const extensions = useService('extensions');
  const { forms } = useForms();
  const definition = extension(element, DEFINITION);
  const versions = forms.find(each => each.value === definition?.formId)?.versions ?? [];
  const choose = tag =>
    tag !== (definition?.versionTag ?? '') &&
    extensions.set(element, DEFINITION, {
      bindingType: tag ? 'versionTag' : undefined,
      versionTag: tag || undefined,
    });
  return (
    <Entry id={id} label="Data form version" help="The newest deployed one, or one with a tag.">
      <Choice
        id={`bio-properties-panel-${id}`}
        name={id}
        label="Data form version"
        value={definition?.versionTag ?? ''}
        choices={versions}
        disabled={!definition?.formId}
        none="Newest deployed"
        onChoose={choose}
      />
    </Entry>
  );
}

function FormDataKey({ element, id }) {
  const extensions = useService('extensions');
  const debounce = useService('debounceInput');
  const { parameters } = useForms();
  const declared = parameters.find(each => each.key === 'formDataKey');
  return (
    <TextFieldEntry
      id={id}
      element={element}
      label={declared?.label ?? 'Form data Key'}
      description={declared?.help}
      placeholder={declared?.default}
      debounce={debounce}
      getValue={() => property(element, 'formDataKey') ?? ''}
      setValue={value => extensions.setProperty(element, 'formDataKey', value)}
    />
  );
}
