// The keyboard: what works everywhere on the page, and what works on the elements of the canvas.

/** Listen to keys for a builder. */
export function listen({ store, canvas, actions }) {
  document.addEventListener(
    'keydown',
    event => {
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
      const control = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      const done = action => {
        event.preventDefault();
        action();
      };
      if (control && key === 's' && !event.shiftKey) return done(actions.save);
      // The JSON editor undoes what was typed into it by itself.
      if (event.target.closest?.('.b-json-text, .b-sample')) return undefined;
      if (control && key === 'z') return done(() => (event.shiftKey ? store.redo() : store.undo()));
      if (control && key === 'y') return done(() => store.redo());
      const handle = canvas.current?.handleAt(event.target);
      if (!handle || control) return undefined;
      const then = change =>
        done(() => {
          change();
          requestAnimationFrame(() => canvas.current.focus());
        });
      if (event.altKey && event.key === 'ArrowUp') return then(() => store.move(handle, -1));
      if (event.altKey && event.key === 'ArrowDown') return then(() => store.move(handle, 1));
      if (event.altKey || event.target.closest('input, textarea, button, select')) return undefined;
      if (event.key === 'Delete' || event.key === 'Backspace') return then(() => store.remove(handle));
      if (event.key === 'Enter') return done(() => actions.edit(handle));
      if (event.key === ' ') return done(() => store.select(handle));
      return undefined;
    },
    true,
  );
}
