// The menu in the bar for what is not needed all the time: exports and the simulation.
import { useRef } from 'preact/hooks';

import { useDesigner } from './use.js';

const GROUPS = ['Test', 'Export'];

export function More() {
  const { commands } = useDesigner();
  const menu = useRef();
  const found = commands.all().filter(each => GROUPS.includes(each.group));
  if (!found.length) return null;
  const close = event => {
    if (event.key !== 'Escape' || !menu.current.open) return;
    event.stopPropagation();
    menu.current.open = false;
    menu.current.querySelector('summary').focus();
  };
  const leave = ({ relatedTarget }) => {
    if (!menu.current.contains(relatedTarget)) menu.current.open = false;
  };
  const run = (id, event) => {
    // What opens a dialog gives the focus back to where it was.
    menu.current.querySelector('summary').focus();
    menu.current.open = false;
    commands.run(id, event);
  };
  return (
    <details class="d-more" ref={menu} onKeyDown={close} onFocusOut={leave}>
      <summary class="b-button">More</summary>
      <div class="d-more-items">
        {found.map(({ id, title, isEnabled }) => (
          <button key={id} type="button" class="b-item" disabled={!isEnabled()} onClick={event => run(id, event)}>
            {title}
          </button>
        ))}
      </div>
    </details>
  );
}
