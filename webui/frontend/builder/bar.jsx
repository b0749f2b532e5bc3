// The bar on top: which form this is and whether it is saved, the tabs, and what can be done with the whole.
import { Icon } from '../shared/icons.jsx';
import { Tabs } from '../shared/tabs.jsx';
import { useBuilder } from './use.js';

const TABS = [
  ['visual', 'Visual'],
  ['json', 'JSON'],
  ['preview', 'Preview'],
];

export function Bar() {
  const { store, data, actions } = useBuilder();
  const { problems, status } = store;
  const onlyWarnings = problems.every(each => each.severity === 'warning');
  const lacking = problems.filter(each => each.code === 'form.missing-property').length;
  const { deployed } = store.versions;
  return (
    <header class="b-bar">
      <div class="b-name">
        <p>
          <strong>{data.name}</strong>
          <span class={`b-state ${deployed ? 'b-state-deployed' : ''}`}>{versionOf(store.versions)}</span>
        </p>
        <p class={`b-status b-status-${status.state}`} role="status" title={status.text}>
          {status.text}
        </p>
      </div>
      <Views />
      <div class="b-actions">
        <button
          type="button"
          class={`b-button b-problems-button ${!problems.length ? '' : onlyWarnings ? 'b-has-warnings' : 'b-has-problems'}`}
          aria-expanded={store.isListOpen ? 'true' : 'false'}
          aria-controls="problems"
          onClick={() => store.set({ isListOpen: !store.isListOpen })}
        >
          <Icon name={problems.length ? 'warning' : 'check'} />
          {lacking
            ? `${lacking} incomplete`
            : problems.length
              ? `${problems.length} problem${problems.length > 1 ? 's' : ''}`
              : 'No problems'}
        </button>
        <span class="b-pair">
          <button
            type="button"
            class="b-tool"
            aria-label="Undo"
            title="Undo (Ctrl+Z)"
            disabled={!store.canUndo}
            onClick={actions.undo}
          >
            <Icon name="undo" />
          </button>
          <button
            type="button"
            class="b-tool"
            aria-label="Redo"
            title="Redo (Ctrl+Shift+Z)"
            disabled={!store.canRedo}
            onClick={actions.redo}
          >
            <Icon name="redo" />
          </button>
        </span>
        <a class="b-button" href={data.urls.history} title="Versions" onClick={actions.leave}>
          <Icon name="clock" /> <span class="b-word">Versions</span>
        </a>
        <a class="b-button" href={data.urls.export} title="Export the draft as a file" onClick={actions.leave}>
          <Icon name="download" /> <span class="b-word">Export</span>
        </a>
        <button type="button" class="b-button" title="Save as the next version (Ctrl+S)" onClick={actions.save}>
          Save
        </button>
        <button type="button" class="b-button b-primary" onClick={actions.deploy}>
          Save &amp; Deploy
        </button>
      </div>
    </header>
  );
}

function versionOf({ deployed, latest }) {
  if (!latest) return 'Draft only';
  if (!deployed) return `Version ${latest}, not deployed`;
  return deployed.version === latest
    ? `Version ${latest}, deployed`
    : `Version ${latest}; deployed: ${deployed.version}`;
}

function Views() {
  const { store } = useBuilder();
  const isBroken = <span class="b-mark b-mark-lacks" role="img" aria-label="not applied" />;
  const tabs = TABS.map(([id, label]) => ({ id, label, mark: id === 'json' && store.broken && isBroken }));
  return <Tabs label="Views of the form" tabs={tabs} chosen={store.tab} onChoose={tab => store.set({ tab })} />;
}
