// The tab Preview: the page that an end user sees, made by the server of the document as it is now.
import { useEffect, useRef, useState } from 'preact/hooks';

import { Icon } from '../shared/icons.jsx';
import { useBuilder } from './use.js';

const PAUSE = 500;
/* Milliseconds from the last change until the page is asked for again. */
const WIDTHS = [
  ['phone', 'Phone', 360],
  ['tablet', 'Tablet', 768],
  ['desktop', 'Desktop', null],
];

export function Preview() {
  const { store, data } = useBuilder();
  const languages = store.declarations.languagesOf(store.root);
  const memory = `idflow.preview.${data.name}`;
  const frames = useRef();
  const [width, setWidth] = useState('phone');
  const [language, setLanguage] = useState('');
  const [sample, setSample] = useState(() => recalled(memory));
  const [loading, setLoading] = useState(false);
  const isShown = store.tab === 'preview';
  const error = wrong(sample);

  useEffect(() => remember(memory, sample), [sample]);
  useEffect(() => {
    if (!isShown || error) return undefined;
    const show = () => {
      setLoading(true);
      const fields = { content: store.text, data: sample.trim() || '{}', language, csrf_token: data.csrf };
      load(frames.current, data.urls.preview, fields, () => setLoading(false));
    };
    const timer = setTimeout(show, frames.current.childElementCount ? PAUSE : 0);
    return () => clearTimeout(timer);
  }, [isShown, store.root, sample, language]);

  return (
    <div class="b-preview" id="panel-preview" role="tabpanel" aria-labelledby="tab-preview" hidden={!isShown}>
      <div class="b-preview-bar">
        <div class="b-segments" role="group" aria-label="Width">
          {WIDTHS.map(([id, name]) => (
            <button key={id} type="button" aria-pressed={width === id ? 'true' : 'false'} onClick={() => setWidth(id)}>
              <Icon name={id} /> {name}
            </button>
          ))}
        </div>
        {languages.length > 0 && (
          <label class="b-inline">
            Language{' '}
            <select class="b-input" value={language} onChange={event => setLanguage(event.target.value)}>
              <option value="">Original</option>
              {languages.map(({ tag, name }) => (
                <option key={tag} value={tag}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <span class="b-preview-state" role="status">
          {loading ? 'Updating…' : ''}
        </span>
      </div>
      <div class="b-preview-body">
        <div class="b-stage">
          <div class={`b-frames b-frames-${width}`} ref={frames} />
        </div>
        <aside class="b-sample" aria-label="Sample data">
          <label for="sample" class="b-label">
            Sample data
          </label>
          <p class="b-help" id="sample-help">
            The variables of the process, as JSON. They stay in this browser tab.
          </p>
          <textarea
            id="sample"
            class="b-input b-code"
            rows="12"
            spellcheck={false}
            value={sample}
            placeholder={'{\n  "processvar": {}\n}'}
            aria-describedby={error ? 'sample-error' : 'sample-help'}
            aria-invalid={error ? 'true' : undefined}
            onInput={event => setSample(event.target.value)}
          />
          {error && (
            <p class="b-error" id="sample-error" role="alert">
              {error}
            </p>
          )}
        </aside>
      </div>
    </div>
  );
}

/** Ask for the page in a frame of its own, and show that when it is there: nothing flickers, and “Back” leaves the builder. */
function load(container, url, fields, done) {
  for (const waiting of container.querySelectorAll('.b-frame-next')) waiting.remove();
  const frame = Object.assign(document.createElement('iframe'), {
    className: 'b-frame b-frame-next',
    name: `preview-${Date.now()}`,
    title: 'Preview of the form',
  });
  container.append(frame);
  const form = Object.assign(document.createElement('form'), {
    method: 'post',
    action: url,
    target: frame.name,
    hidden: true,
  });
  for (const [name, value] of Object.entries(fields))
    form.append(Object.assign(document.createElement('textarea'), { name, value }));
  document.body.append(form);
  // The blank page that a frame begins with has an address of its own.
  const loaded = () => {
    if (isBlank(frame)) return;
    frame.removeEventListener('load', loaded);
    for (const old of container.querySelectorAll('.b-frame')) if (old !== frame) old.remove();
    frame.classList.remove('b-frame-next');
    done();
  };
  frame.addEventListener('load', loaded);
  form.submit();
  form.remove();
}

function isBlank(frame) {
  try {
    return frame.contentWindow.location.href === 'about:blank';
  } catch {
    return false;
  }
}

function wrong(sample) {
  if (!sample.trim()) return null;
  try {
    const value = JSON.parse(sample);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? null
      : 'Sample data is a JSON object: { … }.';
  } catch (error) {
    return `This is not JSON: ${error.message}`;
  }
}

function recalled(key) {
  try {
    return sessionStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

function remember(key, text) {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    // The browser keeps nothing for this site; the sample is there until the page is left.
  }
}
