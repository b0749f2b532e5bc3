// A field of a form, with its label, what helps, and what is wrong with it.

/** `onInput` is given the text. `rows`: of a text with several lines. */
export function Field({ id, label, value, error, help, rows, isCode = false, list, onInput }) {
  const Control = rows ? 'textarea' : 'input';
  const described = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(' ');
  return (
    <div class="d-run-field">
      <label class="b-label" for={id}>
        {label}
      </label>
      <Control
        id={id}
        class={`b-input ${isCode ? 'b-code' : ''}`}
        autocomplete="off"
        spellcheck={false}
        rows={rows}
        list={list}
        value={value}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={described || undefined}
        onInput={event => onInput(event.target.value)}
      />
      {error && (
        <p class="b-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {help && (
        <p class="b-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

/** Return the value of a JSON text; raises an error with words for people. An empty text is `usual`. */
export function parsed(text, { isObject = false, usual = null } = {}) {
  if (!text.trim()) return usual;
  let value;
  try {
    value = JSON.parse(text);
  } catch ({ message }) {
    throw new Error(`This is no JSON: ${message}.`);
  }
  if (isObject && (value === null || typeof value !== 'object' || Array.isArray(value))) {
    throw new Error('Write an object: {"name": "value"}.');
  }
  return value;
}

/** Return what is wrong with a JSON text, or null. */
export function wrongWith(text, options) {
  try {
    parsed(text, options);
    return null;
  } catch ({ message }) {
    return message;
  }
}
