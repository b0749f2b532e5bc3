// A part of the pane that can be closed; it stays as it was left while the builder is open.
import { useState } from 'preact/hooks';

import { Icon } from '../shared/icons.jsx';

const left = new Map();

const MARKS = { set: 'has values', lacks: 'Properties Missing' };

export function Group({ name, open, mark, children }) {
  const [isOpen, setOpen] = useState(left.get(name) ?? open);
  const toggled = event => {
    if (event.target.open === isOpen) return;
    left.set(name, event.target.open);
    setOpen(event.target.open);
  };
  return (
    <details class="b-group" data-group={name} open={isOpen} onToggle={toggled}>
      <summary>
        <Icon name="chevron" size={14} /> <span>{name}</span>
        {mark && <span class={`b-mark b-mark-${mark}`} role="img" aria-label={MARKS[mark]} title={MARKS[mark]} />}
      </summary>
      <div class="b-group-entries">{isOpen && children}</div>
    </details>
  );
}
