// Tabs: one of them is chosen, with the mouse or with the arrow keys (ARIA Authoring Practices, tabs).

/**
 * A list of tabs, `{id, label, mark}` each; `mark` is drawn behind the label. What a tab shows has the id `panel-<id>`
 * and the role `tabpanel`.
 */
export function Tabs({ label, tabs, chosen, onChoose }) {
  const choose = event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const now = tabs.findIndex(({ id }) => id === chosen);
    const next =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? tabs.length - 1
          : step && (now + step + tabs.length) % tabs.length;
    if (next === undefined) return;
    event.preventDefault();
    onChoose(tabs[next].id);
    event.currentTarget.children[next].focus();
  };
  return (
    <div class="b-tabs" role="tablist" aria-label={label} onKeyDown={choose}>
      {tabs.map(({ id, label: text, mark }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-controls={`panel-${id}`}
          aria-selected={chosen === id ? 'true' : 'false'}
          tabIndex={chosen === id ? 0 : -1}
          onClick={() => onChoose(id)}
        >
          {text}
          {mark}
        </button>
      ))}
    </div>
  );
}
