// The list of problems below the canvas: each one leads to its element and to the entry in the panel.
import { useEffect, useRef } from 'preact/hooks';

import { Icon } from '../../shared/icons.jsx';
import { useDesigner } from '../use.js';

export function List() {
  const { store } = useDesigner();
  const heading = useRef();
  useEffect(() => {
    if (store.isListOpen) heading.current.focus();
  }, [store.isListOpen]);
  if (!store.isListOpen) return null;
  const close = () => {
    store.set({ isListOpen: false });
    document.querySelector('.b-problems-button').focus();
  };
  const { problems } = store;
  return (
    <section id="problems" class="b-problems" aria-labelledby="problems-title" onKeyDown={e => e.key === 'Escape' && close()}>
      <header>
        <h2 id="problems-title" tabIndex={-1} ref={heading}>
          Problems
        </h2>
        <button type="button" class="b-tool" aria-label="Close the problems" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {!problems.length && (
        <p class="b-nothing">
          <Icon name="check" /> Nothing is missing. This process can be deployed.
        </p>
      )}
      <ul>
        {problems.map((problem, index) => (
          <li key={index}>
            <Item problem={problem} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Item({ problem }) {
  const app = useDesigner();
  const { severity, message, remedy, element, field } = problem;
  const show = () => element && app.show(element, field);
  return (
    <button type="button" class={`b-item b-problem b-problem-${severity}`} onClick={show}>
      <Icon name="warning" size={16} />
      <span class="d-severity">{severity === 'error' ? 'Error' : 'Warning'}</span>
      <span class="b-problem-where">{nameOf(app.modeler, element)}</span>
      <span class="b-problem-what">
        {message} {remedy && <em>{remedy}</em>}
      </span>
    </button>
  );
}

function nameOf(modeler, id) {
  const shape = id && modeler.get('elementRegistry').get(id);
  if (!shape) return id ?? 'File';
  return shape.businessObject.name || id;
}
