// Messages that somebody else would publish.
import { useState } from 'preact/hooks';

import { Field, parsed, wrongWith } from './field.jsx';

const OBJECT = { isObject: true, usual: {} };

export function Messages({ run }) {
  const [message, setMessage] = useState({ name: '', key: '', variables: '{}' });
  const [errors, setErrors] = useState({});
  const set = part => value => setMessage({ ...message, [part]: value });
  const waiting = run.state.tokens.filter(each => each.waitsFor === 'message');
  const publish = event => {
    event.preventDefault();
    const found = {
      name: message.name.trim() ? null : 'Write the name of the message.',
      variables: wrongWith(message.variables, OBJECT),
    };
    setErrors(found);
    const wrong = Object.keys(found).find(each => found[each]);
    if (wrong) {
      document.getElementById(`run-message-${wrong}`).focus();
      return;
    }
    const { name, key } = message;
    const variables = parsed(message.variables, OBJECT);
    run.act('message', { name: name.trim(), key, variables }, `The message “${name.trim()}” was published.`);
  };
  return (
    <form onSubmit={publish} noValidate>
      {waiting.length > 0 && (
        <ul class="d-run-list">
          {waiting.map(({ element, event: name, key }) => (
            <li key={`${element} ${key}`}>
              <button type="button" class="b-link" onClick={() => setMessage({ ...message, name, key })}>
                {run.nameOf(element)} waits for “{name}”{key && ` with the key “${key}”`}: fill in
              </button>
            </li>
          ))}
        </ul>
      )}
      <Field id="run-message-name" label="Message" value={message.name} error={errors.name} onInput={set('name')} />
      <Field
        id="run-message-key"
        label="Correlation key"
        value={message.key}
        help="Empty for a message that starts the process."
        onInput={set('key')}
      />
      <Field
        id="run-message-variables"
        label="Variables (JSON)"
        value={message.variables}
        error={errors.variables}
        rows={3}
        isCode
        onInput={set('variables')}
      />
      <button type="submit" class="b-button">
        Publish
      </button>
    </form>
  );
}
