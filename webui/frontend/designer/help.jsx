// The list of keys: those of the commands, and those that bpmn-js has on the canvas.
import { useLayoutEffect, useRef } from 'preact/hooks';

import { useDesigner } from './use.js';

const CANVAS = [
  ['A', 'Append an element to the selected one'],
  ['N', 'Create an element'],
  ['R', 'Change the type of the selected element'],
  ['E', 'Edit the name'],
  ['C', 'Global connect tool'],
  ['H', 'Hand tool'],
  ['L', 'Lasso tool'],
  ['S', 'Space tool'],
  ['Ctrl+A', 'Select everything'],
  ['Ctrl+C, Ctrl+X, Ctrl+V', 'Copy, cut, paste; in other tabs, too'],
  ['Delete', 'Delete what is selected'],
  ['Arrow keys', 'Move what is selected; with Shift in larger steps'],
  ['Ctrl+arrow keys', 'Move the view'],
];
const STEPS = [
  ['Arrow up, arrow down', 'The step before, the step after'],
  ['Arrow right, arrow left', 'Follow the first flow, or go back'],
  ['Enter', 'Go to the properties of the step'],
  ['A', 'Add a step after this one'],
  ['C', 'Connect this step to another one'],
  ['Delete', 'Delete the step'],
];

export function Help() {
  const { store, commands } = useDesigner();
  const dialog = useRef();
  useLayoutEffect(() => {
    if (!store.isHelpOpen) return;
    dialog.current.showModal();
    dialog.current.querySelector('.b-primary').focus();
  }, [store.isHelpOpen]);
  if (!store.isHelpOpen) return null;
  const groups = {};
  for (const { keys, title, group } of commands.all())
    if (keys.length) (groups[group] ??= []).push([keys.join(', '), title]);
  const all = [...Object.entries(groups), ['On the canvas', CANVAS], ['In the list of steps', STEPS]];
  const close = () => store.set({ isHelpOpen: false });
  return (
    <dialog class="b-dialog d-help" ref={dialog} aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keys</h2>
      <div class="d-help-scroll" tabIndex={0} role="group" aria-labelledby="help-title">
        <div class="d-help-groups">
          {all.map(([title, keys]) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {keys.map(([key, text]) => (
                  <div key={key}>
                    <dt>
                      <kbd>{key}</kbd>
                    </dt>
                    <dd>{text}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
      <div class="b-dialog-buttons">
        <button type="button" class="b-button b-primary" onClick={() => dialog.current.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
