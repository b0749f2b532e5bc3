// What Zeebe's extension elements say, and changes of it.
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';

/** Return the extension element of a type, or undefined. */
export function extension(element, type) {
  return getBusinessObject(element).extensionElements?.values?.find(each => each.$type === type);
}

/** Return the input parameter of a name: `{source, target}`. */
export function input(element, name) {
  return extension(element, 'zeebe:IoMapping')
    ?.get('inputParameters')
    .find(each => each.target === name);
}

/** Return the value of one of Zeebe's properties. */
export function property(element, name) {
  return extension(element, 'zeebe:Properties')
    ?.get('properties')
    .find(each => each.name === name)?.value;
}

export class Extensions {
  constructor(modeling, bpmnFactory, steps) {
    Object.assign(this, { _modeling: modeling, _factory: bpmnFactory, _steps: steps });
  }

  /** Set attributes of an extension element, which is made when it is not there. */
  set(element, type, attributes, owner = getBusinessObject(element)) {
    this._steps.do(() => {
      this._modeling.updateModdleProperties(element, this._ensure(element, type, owner), attributes);
    });
  }

  /** Set one of Zeebe's properties; an empty value removes it. */
  setProperty(element, name, value, owner = getBusinessObject(element)) {
    this._steps.do(() => {
      const holder = this._ensure(element, 'zeebe:Properties', owner);
      const others = holder.get('properties').filter(each => each.name !== name);
      const own = value ? [this._make('zeebe:Property', { name, value }, holder)] : [];
      const properties = [...others, ...own];
      if (properties.length) this._modeling.updateModdleProperties(element, holder, { properties });
      else {
        const { extensionElements } = owner;
        const values = extensionElements.values.filter(each => each !== holder);
        this._modeling.updateModdleProperties(element, extensionElements, { values });
      }
    });
  }

  _ensure(element, type, owner) {
    const there = extension(owner, type);
    if (there) return there;
    let { extensionElements } = owner;
    if (!extensionElements) {
      extensionElements = this._make('bpmn:ExtensionElements', { values: [] }, owner);
      this._modeling.updateModdleProperties(element, owner, { extensionElements });
    }
    const made = this._make(type, {}, extensionElements);
    const values = [...extensionElements.get('values'), made];
    this._modeling.updateModdleProperties(element, extensionElements, { values });
    return made;
  }

  _make(type, attributes, parent) {
    const made = this._factory.create(type, attributes);
    made.$parent = parent;
    return made;
  }
}

Extensions.$inject = ['modeling', 'bpmnFactory', 'steps'];

export default { extensions: ['type', Extensions] };
