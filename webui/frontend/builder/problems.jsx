// The list of problems below the form: each one leads to its element and to the entry in the pane.
import { find } from './document.js';
import { Icon } from '../shared/icons.jsx';
import { useBuilder } from './use.js';

export function Problems() {
  const { store, actions } = useBuilder();
  const { problems, declarations } = store;
  if (!store.isListOpen) return <section id="problems" hidden />;
  return (
    <section id="problems" class="b-problems" aria-label="Problems">
      <header>
        <h2>Problems</h2>
        <button
          type="button"
          class="b-tool"
          aria-label="Close the problems"
          onClick={() => store.set({ isListOpen: false })}
        >
          <Icon name="close" />
        </button>
      </header>
      {!problems.length && (
        <p class="b-nothing">
          <Icon name="check" /> Nothing is missing. This form can be deployed.
        </p>
      )}
      <ul>
        {problems.map((each, index) => {
          const place = find(store.root, each.handle);
          const node = place?.parent ? place.node : null;
          return (
            <li key={index}>
              <button
                type="button"
                class={`b-item b-problem b-problem-${each.severity ?? 'error'}`}
                onClick={() => actions.show(each)}
              >
                <Icon name="warning" size={16} />
                <span class="b-problem-where">
                  {node ? `${declarations.name(node.type)} ${node.id ?? ''}` : 'Form'}
                </span>
                <span class="b-problem-what">
                  {each.message} {each.remedy && <em>{each.remedy}</em>}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Return the path of the entry that a problem is about; the server's problems name it by its label. */
export function pathOf(problem, node, declarations) {
  if (problem.path?.length) return problem.path;
  const named = declarations.properties(node).filter(each => problem.message.includes(each.label));
  const longest = named.sort((a, b) => b.label.length - a.label.length)[0];
  return (longest ?? declarations.properties(node)[0])?.path ?? null;
}
