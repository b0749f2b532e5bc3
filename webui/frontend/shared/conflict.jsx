// The dialog that asks what to do when somebody else has saved the document meanwhile.
import { useEffect, useRef } from 'preact/hooks';

import { clock } from './clock.js';

/**
 * `noun` is what the document is called, `undo` says how one gets back what one had. `compare` is the address of a page
 * with the differences, if there is one.
 */
export function ConflictDialog({ conflict, noun, undo, compare, onSettle }) {
  const dialog = useRef();
  useEffect(() => {
    dialog.current.showModal();
    // What loses nothing is what Enter does.
    dialog.current.querySelector('.b-primary').focus();
  }, []);
  const settle = choice => {
    dialog.current.close();
    onSettle(choice);
  };
  return (
    <dialog class="b-dialog" ref={dialog} aria-labelledby="conflict-title" onCancel={event => event.preventDefault()}>
      <h2 id="conflict-title">Somebody else has saved this {noun}</h2>
      <p>
        <strong>{conflict.savedBy || 'Another person'}</strong> saved it after you opened it: {clock(conflict.savedAt)}.
      </p>
      <ul>
        <li>
          <strong>Load theirs</strong> shows what they saved. {undo}
        </li>
        <li>
          <strong>Keep mine</strong> saves yours over theirs. Their draft is lost, their versions are not.
        </li>
      </ul>
      {compare && (
        <p>
          <a href={compare} target="_blank">
            Compare what was saved
          </a>{' '}
          in another tab.
        </p>
      )}
      <div class="b-dialog-buttons">
        <button type="button" class="b-button" onClick={() => settle('mine')}>
          Keep mine
        </button>
        <button type="button" class="b-button b-primary" onClick={() => settle('theirs')}>
          Load theirs
        </button>
      </div>
    </dialog>
  );
}
