// What every entry of the pane has around its control.

/** Label, hint and message around a control. */
export function Field({ id, property, error, needed, children, aside }) {
  return (
    <div class={`b-entry ${error || needed ? 'b-entry-bad' : ''}`}>
      <div class="b-entry-head">
        <label class="b-label" id={`${id}-label`} for={id}>
          {property.label}
          {property.required && (
            <span class="b-required" title="Required">
              {' '}
              *
            </span>
          )}
        </label>
        {aside}
      </div>
      {children}
      {error && (
        <p class="b-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {property.help && (
        <p class="b-help" id={`${id}-help`}>
          {property.help}
        </p>
      )}
    </div>
  );
}

/** Return the attributes that tie a control to its label, hint and message. */
export function tied({ id, path, property, error, needed }) {
  const described = [error && `${id}-error`, property.help && `${id}-help`].filter(Boolean).join(' ');
  return {
    id,
    'data-path': path.join('.'),
    'aria-required': property.required ? 'true' : undefined,
    'aria-invalid': error || needed ? 'true' : undefined,
    'aria-describedby': described || undefined,
  };
}

/** Return what an empty control shows: what holds where nothing is written, or what may be written. */
export function placeholder({ default: standard, kind }) {
  if (standard !== undefined && standard !== null && standard !== '' && typeof standard !== 'object')
    return String(standard);
  return kind === 'text' || kind === 'multiline' ? 'Text, {{placeholders}}' : undefined;
}
