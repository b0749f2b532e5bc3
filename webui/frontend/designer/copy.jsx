// A text that can be copied with a click.
import { useState } from 'preact/hooks';

const SHOWN = 2000;
/* Milliseconds for which a button says that it has copied. */

export function Copy({ text, label = text }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN);
  };
  return (
    <button type="button" class="d-copy" title={`Copy ${text}`} onClick={copy}>
      <code>{label}</code>
      <span role="status">{isCopied ? 'Copied' : ''}</span>
    </button>
  );
}
