// The palette: every declared element by group, to drag, to click, to choose by keyboard.
import { useState } from 'preact/hooks';

import { Icon } from '../shared/icons.jsx';
import { useBuilder } from './use.js';

export function Palette() {
  const { store, canvas } = useBuilder();
  const { declarations } = store;
  const [sought, setSought] = useState('');
  const words = sought.trim().toLowerCase().split(/\s+/);
  const matches = each =>
    words.every(word =>
      `${each.name} ${each.type} ${each.group} ${each.description ?? ''}`.toLowerCase().includes(word),
    );
  const groups = declarations.groups
    .map(name => ({ name, elements: declarations.elements.filter(each => each.group === name && matches(each)) }))
    .filter(each => each.elements.length);
  const add = type => {
    store.add(type);
    canvas.current.focus();
  };
  return (
    <aside class="b-palette" aria-label="Elements">
      <div class="b-search">
        <Icon name="search" />
        <input
          type="search"
          aria-label="Search elements"
          placeholder="Search elements"
          value={sought}
          onInput={event => setSought(event.target.value)}
        />
      </div>
      <div class="b-palette-groups">
        {groups.map(({ name, elements }) => (
          <details key={name} class="b-palette-group" open>
            <summary>
              <Icon name="chevron" size={14} /> {name}
            </summary>
            {/* form-js starts dragging by these classes. */}
            <div class="b-palette-fields fjs-palette-fields fjs-drag-container fjs-no-drop">
              {elements.map(each => (
                <button
                  key={each.type}
                  type="button"
                  class="b-palette-field fjs-palette-field fjs-drag-copy fjs-no-drop"
                  data-field-type={each.type}
                  title={each.description}
                  onClick={() => add(each.type)}
                >
                  <Icon path={declarations.icon(each.type)} size={22} />
                  <span>{each.name}</span>
                </button>
              ))}
            </div>
          </details>
        ))}
        {!groups.length && <p class="b-nothing">No element matches “{sought}”.</p>}
      </div>
      <p class="b-palette-hint">Drag an element onto the form, or click to add it below the selected one.</p>
    </aside>
  );
}
