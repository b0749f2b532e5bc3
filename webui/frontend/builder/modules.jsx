// What form-js is given instead of its own: how elements are drawn and created, and no pane, no keys, no actions.
import { Component } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

import { missing } from './checks.js';
import { find } from './document.js';
import { Box, drawing } from './fields.jsx';
import { Icon } from '../shared/icons.jsx';

const nothing = { attachTo() {}, detach() {}, registerProvider() {}, addListener() {} };

/** Return the modules for a store. */
export function modules(store) {
  function Fields(formFields) {
    for (const type of Object.keys(formFields._formFields)) {
      if (type !== 'default') formFields.register(type, drawn(type, store, formFields.get(type)));
    }
    for (const { type } of store.declarations.elements) {
      if (!formFields.get(type)) formFields.register(type, drawn(type, store, null));
    }
    // A type that nobody knows is drawn, too: nothing of a document may get lost.
    const known = formFields.get.bind(formFields);
    formFields.get = type => known(type) ?? (formFields.register(type, drawn(type, store, null)), known(type));
  }
  Fields.$inject = ['formFields'];
  return [
    { __init__: ['builderFields'], builderFields: ['type', Fields] },
    {
      propertiesPanel: ['value', nothing],
      propertiesProvider: ['value', nothing],
      keyboard: ['value', nothing],
      keyboardBindings: ['value', nothing],
    },
  ];
}

/** Return the component for a type: its own drawing or form-js's, and what is missing below. */
function drawn(type, store, theirs) {
  const { declarations } = store;
  const element = declarations.element(type);
  const Inner = (element && drawing(element, theirs)) || Box;

  function Drawn(props) {
    const ref = useRef();
    const node = find(store.root, props.field.id)?.node;
    const isNameless = element?.keyed && !props.field.label && !props.field.dateLabel && !props.field.timeLabel;
    const field = isNameless ? { ...props.field, label: element.name } : props.field;
    const lacking = node && element ? missing(node, declarations) : [];
    useLayoutEffect(() => {
      const outer = ref.current.closest('.fjs-element');
      const name = [
        declarations.name(type),
        node && declarations.title(node),
        lacking.length ? 'Properties Missing' : '',
      ];
      outer.setAttribute('role', 'group');
      outer.setAttribute('aria-label', name.filter(Boolean).join(', '));
    });
    const shared = { declarations, title: node ? declarations.title(node) : '' };
    return (
      <>
        <div class={isNameless ? 'b-nameless' : undefined}>
          <Safe {...shared} field={field}>
            <Inner {...props} {...shared} field={field} value={shownValue(field)} />
          </Safe>
        </div>
        <div class="b-missing" ref={ref} hidden={!!element && !lacking.length}>
          <Icon name="warning" size={16} />
          {element ? (
            <span>
              <b>Properties Missing</b> {lacking.map(each => each.label).join(', ')}
            </span>
          ) : (
            <span>There is no such element here. It is kept in the document.</span>
          )}
          {element && <span class="b-missing-name">{element.name}</span>}
        </div>
      </>
    );
  }
  Drawn.config = {
    ...theirs?.config,
    type,
    name: declarations.name(type),
    label: undefined,
    group: 'presentation', // form-js's own palette, which nobody sees, knows no other groups
    icon: () => <Icon path={declarations.icon(type)} size={20} />,
    // Ids and keys are those of the view only: whatever clashes in the document is drawn, and told as a problem.
    keyed: false,
    pathed: false,
    repeatable: false,
    create: attributes => ({ ...attributes }),
  };
  return Drawn;
}

/** Return what a form-js input shows as its value: the default, where that is a text or a number. */
function shownValue({ defaultValue }) {
  return typeof defaultValue === 'string' || typeof defaultValue === 'number' ? defaultValue : undefined;
}

/** Draws a plain box where a component cannot cope with what is in the document. */
class Safe extends Component {
  state = { failed: null };

  componentDidCatch() {
    this.setState({ failed: JSON.stringify(this.props.field) });
  }

  render({ children, ...box }, { failed }) {
    return failed !== null ? <Box {...box} /> : children;
  }
}
