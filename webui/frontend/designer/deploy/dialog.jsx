// The dialog of Save & Deploy: what has changed and what goes on, then the new version and a link to try it.
import { useEffect, useRef, useState } from 'preact/hooks';

import { send } from '../../shared/api.js';
import { useDesigner } from '../use.js';
import { Token } from './token.jsx';
import { propertyOf, runningOf, wordsOf } from './words.js';

export function Deploy() {
  const { store } = useDesigner();
  return store.isDeploying ? <Dialog /> : null;
}

function Dialog() {
  const { store, data, draft, show } = useDesigner();
  const dialog = useRef();
  const [comparison, setComparison] = useState(null);
  const [error, setError] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const [done, setDone] = useState(null);
  useEffect(() => {
    dialog.current.showModal();
    send('GET', data.urls.changes, data.csrf).then(setComparison, ({ message }) => setError(message));
  }, []);
  const close = () => {
    dialog.current.close();
    store.set({ isDeploying: false });
  };
  const deploy = async () => {
    setBusy(true);
    const answer = await draft.version(true);
    setBusy(false);
    if (answer?.version) {
      store.set({ deployed: { version: answer.version, same: true } });
      setDone(answer);
      return;
    }
    close();
    const first = answer?.problems?.find(each => each.element);
    if (first) show(first.element, first.field);
  };
  return (
    <dialog class="b-dialog d-deploy" ref={dialog} aria-labelledby="deploy-title" onCancel={close}>
      {done ? (
        <Done version={done.version} isNew={done.new !== false} onClose={close} />
      ) : (
        <>
          <h2 id="deploy-title">Deploy {store.name}</h2>
          {error && <p class="b-error">The changes cannot be shown: {error}</p>}
          {!comparison && !error && <p role="status">Looking for changes…</p>}
          {comparison && <Changes comparison={comparison} />}
          <div class="b-dialog-buttons">
            <button type="button" class="b-button" onClick={close}>
              Cancel
            </button>
            <button type="button" class="b-button b-primary" disabled={isBusy || (!comparison && !error)} onClick={deploy}>
              {isBusy ? 'Deploying…' : 'Deploy'}
            </button>
          </div>
        </>
      )}
    </dialog>
  );
}

function Changes({ comparison }) {
  const { store, data } = useDesigner();
  const { old, changes, running } = comparison;
  return (
    <>
      {!store.deployed && <p>This is the first version.</p>}
      {store.deployed && !changes.length && <p>Nothing has changed since {old.name}.</p>}
      {store.deployed && changes.length > 0 && (
        <>
          <h3>Changed since {old.name}</h3>
          <ul class="d-changes">
            {changes.map(each => (
              <li key={`${each.kind} ${each.element}`}>
                {wordsOf(each)}
                {each.moved && each.kind !== 'moved' && ', moved'}
                {each.properties.length > 0 && (
                  <ul>
                    {each.properties.map(property => (
                      <li key={property.path}>{propertyOf(property)}</li>
                    ))}
                  </ul>
                )}
              </li>
            ))}
          </ul>
          <p>
            <a href={`${data.urls.history}?old=${store.deployed.version}&new=draft#comparison`} target="_blank">
              Show both diagrams
            </a>{' '}
            in another tab.
          </p>
        </>
      )}
      <p>
        {runningOf(running)} {(!store.deployed || changes.length > 0) && 'New ones begin with the new version.'}
      </p>
    </>
  );
}

function Done({ version, isNew, onClose }) {
  const { data } = useDesigner();
  const heading = useRef();
  useEffect(() => heading.current.focus(), []);
  return (
    <>
      <h2 id="deploy-title" tabIndex={-1} ref={heading}>
        {isNew ? `Version ${version} deployed` : `Version ${version} is deployed already`}
      </h2>
      <p>New instances begin with it{isNew ? '.' : ': nothing has changed, so there is no new one.'}</p>
      {data.may.createToken && data.urls.tokens && <Token version={version} />}
      <div class="b-dialog-buttons">
        <button type="button" class="b-button" onClick={onClose}>
          Close
        </button>
      </div>
    </>
  );
}
