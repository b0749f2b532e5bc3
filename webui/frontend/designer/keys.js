// The keyboard: the commands that have keys. On the canvas, bpmn-js has its own.

/** Listen to the keys of all commands. */
export function listen({ commands }) {
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const pressed = keyOf(event);
    const command = commands.all().find(each => each.keys.includes(pressed));
    if (!command || !command.isEnabled()) return;
    if (!command.isEverywhere && isText(event.target)) return;
    event.preventDefault();
    command.run(event);
  });
}

/** Return what was pressed, as commands write it: `Ctrl+Shift+Z`, `?`. */
export function keyOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const isLetter = /^[a-z]$/i.test(key);
  const name = isLetter ? key.toUpperCase() : key;
  return [
    (ctrlKey || metaKey) && 'Ctrl',
    altKey && 'Alt',
    // Other characters that need Shift are written as what they are.
    shiftKey && (isLetter || key.length > 1) && 'Shift',
    name,
  ]
    .filter(Boolean)
    .join('+');
}

function isText(target) {
  return Boolean(target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable=true]'));
}
