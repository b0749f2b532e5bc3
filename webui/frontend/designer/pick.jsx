// A dialog to choose one of many by typing a part of its name.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** `options` are `{label, group, description}`; `onPick` is called with one of them, or with null. */
export function Pick({ title, options, onPick }) {
  const dialog = useRef();
  const list = useRef();
  const [sought, setSought] = useState('');
  const [at, setAt] = useState(0);
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = ({ label }) => label.toLowerCase().startsWith(words.join(' '));
  const found = options
    .filter(each => {
      const text = `${each.label} ${each.group ?? ''}`.toLowerCase();
      return words.every(word => text.includes(word));
    })
    .sort((one, other) => (words.length ? begins(other) - begins(one) : 0));
  const current = Math.min(at, found.length - 1);
  // At once: what is typed next is meant for the dialog.
  useLayoutEffect(() => dialog.current.showModal(), []);
  useEffect(() => {
    list.current.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current, sought]);
  const pick = option => {
    dialog.current.close();
    onPick(option ?? null);
  };
  const press = event => {
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: found.length - 1 }[event.key];
    if (to !== undefined && found.length) {
      event.preventDefault();
      setAt((to + found.length) % found.length);
    } else if (event.key === 'Enter' && found.length) {
      event.preventDefault();
      pick(found[current]);
    }
  };
  return (
    <dialog
      class="b-dialog d-pick"
      ref={dialog}
      aria-labelledby="pick-title"
      onCancel={event => {
        event.preventDefault();
        pick(null);
      }}
    >
      <h2 id="pick-title">{title}</h2>
      <label class="visually-hidden" for="pick-search">
        Search
      </label>
      <input
        id="pick-search"
        class="b-input"
        type="text"
        role="combobox"
        autocomplete="off"
        placeholder="Search"
        aria-expanded="true"
        aria-controls="pick-list"
        aria-activedescendant={found.length ? `pick-${current}` : undefined}
        value={sought}
        onInput={event => {
          setSought(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <ul id="pick-list" role="listbox" aria-label={title} ref={list}>
        {found.map((each, index) => (
          <li
            key={each.label + index}
            id={`pick-${index}`}
            role="option"
            aria-selected={index === current ? 'true' : 'false'}
            onClick={() => pick(each)}
          >
            <span>{each.label}</span>
            {each.group && <small>{each.group}</small>}
          </li>
        ))}
      </ul>
      {!found.length && <p class="b-nothing">Nothing is called that.</p>}
      <div class="b-dialog-buttons">
        <button type="button" class="b-button" onClick={() => pick(null)}>
          Cancel
        </button>
      </div>
    </dialog>
  );
}
