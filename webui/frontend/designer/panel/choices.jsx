// Parameters that name something that exists: a list to choose from, in the place of a text field.
import { cloneElement } from 'preact';
import { forwardRef } from 'preact/compat';

import { Choice } from './choice.jsx';

/* Entries of bpmn.io that name something, beside the parameters of activities. */
const OTHERS = { targetProcessId: 'process', decisionId: 'decision' };

/** Return the groups, with a list in the entries of parameters that name something. */
export function withChoices(groups, activity, choices) {
  const named = entry => {
    const key = entry.property?.binding?.name ?? entry.property?.id;
    return OTHERS[entry.id] ?? activity?.parameters.find(each => each.key === key && each.names)?.names;
  };
  const changed = entry => {
    const all = choices?.[named(entry)];
    return all ? { ...entry, component: choosing(entry.component), choices: all } : entry;
  };
  return groups.map(each => (each.entries ? { ...each, entries: each.entries.map(changed) } : each));
}

const MADE = new Map();

/** Return a component like `Entry`, with a list. It has to be the same one each time, or the focus would be lost. */
function choosing(Entry) {
  if (!MADE.has(Entry)) {
    MADE.set(Entry, function Choosing({ choices, ...props }) {
      const node = Entry(props);
      // An entry for plain text has been drawn already and has no other input.
      return node.props.getValue ? cloneElement(node, { OptionalComponent: ChoiceInput, choices }) : node;
    });
  }
  return MADE.get(Entry);
}

const ChoiceInput = forwardRef(function ChoiceInput(props, ref) {
  const { id, value, disabled, choices, label, onBlur } = props;
  return (
    <Choice
      id={`bio-properties-panel-${id}`}
      name={id}
      label={label}
      value={value}
      choices={choices}
      disabled={disabled}
      handle={ref}
      // What leaves the field is taken at once; there is nothing to wait for.
      onChoose={chosen => onBlur({ target: { type: 'text', value: chosen } })}
    />
  );
});

