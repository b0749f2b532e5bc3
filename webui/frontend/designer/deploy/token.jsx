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
  const make = async () => {
    setBusy(true);
    setError(null);
    try {
      setToken(await send('POST', data.urls.tokens, data.csrf, { definition: data.key, version }));
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
      <p>
        <button type="button" class="b-button b-primary" disabled={isBusy} onClick={make}>
          Make a process token
        </button>
        {error && <span class="b-error"> {error}</span>}
      </p>
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
