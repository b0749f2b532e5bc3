// The bar on top: which process this is and whether it is saved, and what can be done with the whole.
import { Icon } from '../shared/icons.jsx';
import { More } from './more.jsx';
import { useDesigner } from './use.js';

export function Bar() {
  const { store, data, commands } = useDesigner();
  const { status, deployed } = store;
  return (
    <header class="b-bar">
      <div class="b-name">
        <p>
          <strong>{store.name}</strong>
          <code class="d-key">{data.key}</code>
          <span class={`b-state ${deployed?.same ? 'b-state-deployed' : ''}`}>
            {!deployed ? 'Draft only' : deployed.same ? `Version ${deployed.version}, deployed` : `Differs from version ${deployed.version}`}
          </span>
        </p>
        <p class={`b-status b-status-${status.state}`} role="status" title={status.text} hidden={!status.text}>
          {status.text}
        </p>
      </div>
      <div class="b-actions">
        {commands.get('problems') && <ProblemsButton />}
        <span class="b-pair">
          <Button id="undo" icon="undo" />
          <Button id="redo" icon="redo" />
          <Button id="keys" icon="keyboard" />
        </span>
        {data.urls?.history && (
          <a class="b-button" href={data.urls.history} title="Versions" onClick={event => commands.run('leave', event)}>
            <Icon name="clock" /> <span class="b-word">Versions</span>
          </a>
        )}
        <More />
        <Button id="try">Try it</Button>
        <Button id="save">Save</Button>
        <Button id="deploy" primary>
          Save &amp; Deploy
        </Button>
      </div>
    </header>
  );
}

function ProblemsButton() {
  const { store, commands } = useDesigner();
  const { problems } = store;
  const onlyWarnings = problems.every(each => each.severity === 'warning');
  return (
    <button
      type="button"
      class={`b-button b-problems-button ${!problems.length ? '' : onlyWarnings ? 'b-has-warnings' : 'b-has-problems'}`}
      aria-expanded={store.isListOpen ? 'true' : 'false'}
      onClick={event => commands.run('problems', event)}
    >
      <Icon name={problems.length ? 'warning' : 'check'} />
      {problems.length ? `${problems.length} problem${problems.length > 1 ? 's' : ''}` : 'No problems'}
    </button>
  );
}

function titleOf({ title, keys }) {
  return keys.length ? `${title} (${keys[0]})` : title;
}

/** The button of a command; with an icon it is called by its title. */
function Button({ id, primary, icon, children }) {
  const { commands } = useDesigner();
  const command = commands.get(id);
  if (!command) return null;
  return (
    <button
      type="button"
      class={icon ? 'b-tool' : `b-button ${primary ? 'b-primary' : ''}`}
      data-command={id}
      aria-label={icon && command.title}
      title={titleOf(command)}
      disabled={!command.isEnabled()}
      onClick={event => commands.run(id, event)}
    >
      {icon ? <Icon name={icon} /> : children}
    </button>
  );
}
