// Everything that is known of a run, and what can be done in it, in tabs. What is being filled in stays when another one is seen.
import { Tabs } from '../../shared/tabs.jsx';
import { useDesigner } from '../use.js';
import { Clock } from './clock.jsx';
import { Mails } from './mails.jsx';
import { Messages } from './messages.jsx';
import { People } from './people.jsx';
import { Results } from './results.jsx';
import { Start } from './start.jsx';
import { Timeline } from './timeline.jsx';
import { Variables } from './variables.jsx';

const PARTS = [
  ['variables', 'Variables', Variables],
  ['timeline', 'Timeline', Timeline],
  ['people', 'People and codes', People],
  ['results', 'Service results', Results, ({ results }) => Object.keys(results).length],
  ['clock', 'Clock', Clock],
  ['messages', 'Messages', Messages],
  ['mails', 'Mails', Mails, ({ mails }) => mails.length],
  ['start', 'Start', Start],
];

export function Details({ run }) {
  const { store } = useDesigner();
  const chosen = store.runTab ?? PARTS[0][0];
  const tabs = PARTS.map(([id, label, , countOf]) => {
    const count = countOf?.(run.state);
    return { id, label: count ? `${label} (${count})` : label };
  });
  return (
    <>
      <Tabs label="What is known of the run" tabs={tabs} chosen={chosen} onChoose={runTab => store.set({ runTab })} />
      {PARTS.map(([id, , Part]) => (
        <div
          key={id}
          class="d-run-part"
          id={`panel-${id}`}
          role="tabpanel"
          aria-labelledby={`tab-${id}`}
          hidden={id !== chosen}
          tabIndex={0}
        >
          <Part run={run} isSeen={id === chosen} />
        </div>
      ))}
    </>
  );
}
