// A list of what exists, and a field for the name of something that does not exist yet.
import { useEffect, useRef, useState } from 'preact/hooks';

const OTHER = '\u0000other';
/* The value of the entry that opens the field. */

export function Choice({ id, name, label, value = '', choices, disabled, handle, onChoose, none = 'Choose…' }) {
  const [isTyped, setTyped] = useState(false);
  const control = useRef();
  const isThere = !value || choices.some(each => each.value === value);
  useEffect(() => {
    if (handle) handle.current = { focus: () => control.current?.focus() };
  });
  useEffect(() => {
    if (isTyped) control.current.focus();
  }, [isTyped]);
  if (isTyped)
    return (
      <input
        id={id}
        name={name}
        ref={control}
        type="text"
        class="bio-properties-panel-input"
        spellcheck={false}
        autocomplete="off"
        aria-label={label}
        defaultValue={value}
        disabled={disabled}
        onBlur={event => {
          setTyped(false);
          onChoose(event.target.value.trim());
        }}
        onKeyDown={event => event.key === 'Enter' && event.target.blur()}
      />
    );
  const choose = event => {
    const chosen = event.target.value;
    if (chosen !== OTHER) return onChoose(chosen);
    event.target.value = value;
    return setTyped(true);
  };
  return (
    <div class="d-choice">
      <select
        id={id}
        name={name}
        ref={control}
        class="bio-properties-panel-input"
        aria-label={label}
        aria-describedby={isThere ? undefined : `${id}-missing`}
        disabled={disabled}
        value={value}
        onChange={choose}
      >
        <option value="">{none}</option>
        {choices.map(each => (
          <option key={each.value} value={each.value}>
            {each.label === each.value ? each.label : `${each.value} – ${each.label}`}
          </option>
        ))}
        {!isThere && <option value={value}>{value} (not found here)</option>}
        <option value={OTHER}>Another name…</option>
      </select>
      {!isThere && (
        <p class="d-missing" id={`${id}-missing`}>
          “<bdi>{value}</bdi>” was not found here.
        </p>
      )}
    </div>
  );
}
