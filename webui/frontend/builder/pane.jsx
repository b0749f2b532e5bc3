// The pane “Form Editor”: the properties of what is selected, made of the declarations and nothing else.
import { HANDLE, ROOT, at, find } from './document.js';
import { isEmpty, missing, unknown } from './checks.js';
import { Entry } from './entries.jsx';
import { Group } from './group.jsx';
import { Icon } from '../shared/icons.jsx';
import { Translations } from './translations.jsx';
import { useBuilder } from './use.js';

export function Pane() {
  const { store, canvas } = useBuilder();
  const { declarations, node } = store;
  const isForm = node[HANDLE] === ROOT;
  const properties = declarations.properties(node);
  const lacking = isForm || declarations.element(node.type) ? missing(node, declarations) : [];
  const sections = [...new Set([...declarations.sections, ...properties.map(each => each.section)])];
  const leave = event => {
    if (event.key === 'Escape' && !event.defaultPrevented && !isForm) canvas.current.focus();
  };
  return (
    <aside class="b-pane" aria-label="Form Editor" onKeyDown={leave}>
      <header class="b-pane-head">
        <Icon {...(isForm ? { name: 'form' } : { path: declarations.icon(node.type) })} size={22} />
        <div class="b-pane-title">
          <h2>{isForm ? 'Form' : declarations.name(node.type)}</h2>
          <p>{isForm ? 'Select an element to edit it.' : declarations.title(node)}</p>
        </div>
      </header>
      {!isForm && <Actions />}
      {lacking.length > 0 && (
        <div class="b-missing b-missing-pane">
          <Icon name="warning" size={16} />{' '}
          <span>
            <b>Properties Missing</b> {lacking.map(each => each.label).join(', ')}
          </span>
        </div>
      )}
      <div class="b-pane-groups" key={node[HANDLE]}>
        {sections.map(name => (
          <Section
            key={name}
            name={name}
            node={node}
            properties={properties.filter(each => each.section === name)}
            lacking={lacking}
          />
        ))}
        <Translations node={node} properties={properties} />
        {isForm && <Uses />}
        <Undeclared node={node} />
      </div>
    </aside>
  );
}

function Section({ name, node, properties, lacking }) {
  if (!properties.length) return null;
  const isSet = properties.some(each => !isEmpty(at(node, each.path)));
  const lacks = lacking.some(({ path }) =>
    properties.some(each => each.path.every((part, index) => part === path[index])),
  );
  return (
    <Group
      name={name}
      open={name === 'General' || name === 'Options' || lacks}
      mark={lacks ? 'lacks' : isSet ? 'set' : null}
    >
      {properties.map(each => (
        <Entry key={each.path.join('.')} node={node} property={each} path={each.path} />
      ))}
    </Group>
  );
}

function Actions() {
  const { store } = useBuilder();
  const { selected } = store;
  const { parent, index } = find(store.root, selected);
  const isFirst = index === 0 && parent[HANDLE] === ROOT;
  const isLast = parent[HANDLE] === ROOT && index === parent.components.length - 1;
  const Action = ({ icon, label, ...rest }) => (
    <button type="button" class="b-tool" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
  return (
    <div class="b-pane-actions" role="group" aria-label="Element">
      <Action icon="up" label="Move up (Alt+Up)" disabled={isFirst} onClick={() => store.move(selected, -1)} />
      <Action icon="down" label="Move down (Alt+Down)" disabled={isLast} onClick={() => store.move(selected, 1)} />
      <Action icon="copy" label="Duplicate" onClick={() => store.duplicate(selected)} />
      <Action icon="trash" label="Delete (Del)" onClick={() => store.remove(selected)} />
      <button type="button" class="b-link" onClick={() => store.select(ROOT)}>
        Form properties
      </button>
    </div>
  );
}

/** Where the form is shown: what a change of it will reach. */
function Uses() {
  const { data } = useBuilder();
  const uses = data.usedIn ?? [];
  return (
    <Group name="Used in" open={uses.length > 0} mark={null}>
      {uses.length === 0 && <p class="b-help">No deployed process shows this form yet.</p>}
      <ul class="b-uses">
        {uses.map((each, index) => (
          <li key={index}>
            <strong>{each.name || each.process}</strong> version {each.version}
            <br />
            <span class="b-help">{each.element}</span>
          </li>
        ))}
      </ul>
    </Group>
  );
}

/** What the document has and nothing declares; it is shown as it is, so that it can be seen and taken out. */
function Undeclared({ node }) {
  const { store } = useBuilder();
  const names = unknown(node, store.declarations);
  if (!names.length) return null;
  return (
    <Group name="Other" open={false} mark="set">
      {names.map(name => (
        <div key={name} class="b-entry">
          <div class="b-label">{name}</div>
          <div class="b-other">
            <code>{JSON.stringify(node[name])}</code>
            <button
              type="button"
              class="b-tool"
              aria-label={`Remove ${name}`}
              onClick={() => store.edit(node[HANDLE], [name], undefined)}
            >
              <Icon name="trash" />
            </button>
          </div>
        </div>
      ))}
    </Group>
  );
}
