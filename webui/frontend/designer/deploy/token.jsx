// A link for one use, to go through the version that was just deployed. It is shown once: the server keeps no link.
import { useState } from 'preact/hooks';

import { send } from '../../shared/api.js';
import { useDesigner } from '../use.js';

export function Token({ version }) {
  const { data } = useDesigner();
  const [token, setToken] = useState(null);
  const [error, setError] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const [person, setPerson] = useState('');
  const make = async () => {
    setBusy(true);
    setError(null);
    try {
      setToken(await send('POST', data.urls.tokens, data.csrf, { definition: data.key, version, externalId: person.trim() }));
    } catch ({ message }) {
      setError(message);
    }
    setBusy(false);
  };
  const copy = () =>
    navigator.clipboard.writeText(token.link).then(
      () => setSaid('Copied.'),
      () => setSaid('Your browser does not let pages copy: select the link and copy it.'),
    );
  if (!token) {
    return (
      <>
        <label class="b-label" for="token-person">
          External ID of the person (optional)
        </label>
        <input
          id="token-person"
          class="b-input"
          aria-describedby="token-person-hint"
          maxLength={255}
          autocomplete="off"
          value={person}
          onInput={event => setPerson(event.target.value)}
        />
        <p id="token-person-hint" class="d-hint">
          The process finds it as <code>processvar.externalId</code>.
        </p>
        {error && (
          <p class="b-error" role="alert">
            {error}
          </p>
        )}
        <p>
          <button type="button" class="b-button b-primary" disabled={isBusy} onClick={make}>
            Make a process token
          </button>{' '}
          <a href={`${data.urls.newToken}?definition=${encodeURIComponent(data.key)}&version=${version}`} target="_blank">
            More options
          </a>
        </p>
      </>
    );
  }
  return (
    <div class="d-issued">
      <img src={`data:image/svg+xml,${encodeURIComponent(token.qr)}`} alt="QR code of the link" width={160} height={160} />
      <div>
        <label class="b-label" for="token-link">
          Link for one use, shown only now
        </label>
        <input id="token-link" class="b-input b-code" readOnly value={token.link} onFocus={event => event.target.select()} />
        <div class="d-issued-buttons">
          <button type="button" class="b-button" onClick={copy}>
            Copy
          </button>
          <a class="b-button" href={token.link} target="_blank" rel="noreferrer">
            Open
          </a>
        </div>
        <p role="status">{said}</p>
      </div>
    </div>
  );
}
