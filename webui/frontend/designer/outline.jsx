// The steps of the process as a list beside the canvas: to read the diagram, and to draw it, without seeing it.
import { useEffect, useRef, useState } from 'preact/hooks';

import { Icon } from '../shared/icons.jsx';
import { following, kindOf, labelOf, preceding, steps } from './flow.js';
import { settle } from './modeler.js';
import { Pick } from './pick.jsx';
import { focusPanel } from './show.js';
import { useDesigner } from './use.js';

export function Outline() {
  const app = useDesigner();
  const { store } = app;
  const [question, ask] = useState(null);
  const tree = useRef();
  const wanted = useRef(null);
  const modeler = store.isOutlineOpen && !store.broken ? store.modeler : null;
  const root = modeler?.get('canvas').getRootElement();
  const found = root?.businessObject ? steps(root) : [];
  const [first] = found;
  const selected = found.find(each => each.element === store.selection[0])?.element ?? null;

  // After something was added or deleted, the focus is in the list again.
  useEffect(() => {
    if (!wanted.current || question) return;
    const item = tree.current?.querySelector(`[data-id="${wanted.current}"]`);
    if (item) {
      wanted.current = null;
      item.focus();
    }
  });
  if (!store.isOutlineOpen) return <nav class="d-outline" aria-label="Steps" hidden />;

  const focus = element => {
    wanted.current = element?.id ?? null;
    if (element) select(element);
    else store.set({});
  };
  const select = element => {
    if (store.selection[0] === element && store.selection.length === 1) return;
    settle(modeler);
    modeler.get('selection').select(element);
    modeler.get('canvas').scrollToElement(element);
  };
  const add = after => {
    const drawing = modeler.get('drawing');
    const title = after ? `Add after “${nameOf(after)}”` : 'Add a step';
    const done = kind => {
      ask(null);
      focus(kind ? drawing.add(kind, after) : after);
    };
    ask({ title, options: drawing.kinds(!found.length), onPick: done });
  };
  const connect = source => {
    const drawing = modeler.get('drawing');
    const options = found
      .filter(({ element }) => element !== source && drawing.canConnect(source, element))
      .map(({ element }) => ({ label: nameOf(element), group: kind(element), element }));
    const done = option => {
      ask(null);
      if (option) drawing.connect(source, option.element);
      focus(source);
    };
    ask({ title: `Connect “${nameOf(source)}” to`, options, onPick: done });
  };
  const remove = element => {
    const index = found.findIndex(each => each.element === element);
    const next = (found[index + 1] ?? found[index - 1])?.element;
    modeler.get('modeling').removeElements([element]);
    focus(next);
  };
  const activityOf = element => modeler.get('activities').of(element);
  const kind = element => kindOf(element, activityOf(element));
  const nameOf = element => labelOf(element, activityOf(element));

  const press = (event, element) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = found.findIndex(each => each.element === element);
    const to = {
      ArrowDown: () => focus((found[index + 1] ?? found[index]).element),
      ArrowUp: () => focus((found[index - 1] ?? found[index]).element),
      Home: () => focus(found[0].element),
      End: () => focus(found.at(-1).element),
      ArrowRight: () => following(element).length && focus(following(element)[0].step),
      ArrowLeft: () => preceding(element).length && focus(preceding(element)[0].step),
      Enter: () => {
        select(element);
        focusPanel(app);
      },
      ' ': () => select(element),
      Delete: () => remove(element),
      a: () => add(element),
      c: () => connect(element),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    to();
  };

  const tabStop = selected ?? first?.element;
  return (
    <nav class="d-outline" aria-label="Steps">
      <header>
        <h2>Steps</h2>
        <button
          type="button"
          class="b-tool"
          aria-label="Close the list of steps"
          onClick={() => store.set({ isOutlineOpen: false })}
        >
          <Icon name="close" />
        </button>
      </header>
      {!found.length && <p class="b-nothing">There are no steps yet.</p>}
      <ul role="tree" aria-label="Steps in the order of the flows" ref={tree}>
        {found.map(({ element, level }) => {
          const problems = store.problemsOf(element.id);
          return (
            <li
              key={element.id}
              role="treeitem"
              aria-level={level}
              data-id={element.id}
              class={`d-step d-level-${Math.min(level, 4)}`}
              aria-selected={element === selected ? 'true' : 'false'}
              tabIndex={element === tabStop ? 0 : -1}
              onClick={() => focus(element)}
              onKeyDown={event => press(event, element)}
            >
              <span class="d-step-name">{nameOf(element)}</span>
              <span class="d-step-kind">{kind(element)}</span>
              {problems.length > 0 && (
                <span class="d-count">
                  {problems.length}
                  <span class="visually-hidden"> problem{problems.length > 1 ? 's' : ''}</span>
                </span>
              )}
            </li>
          );
        })}
      </ul>
      {selected && <Flows element={selected} nameOf={nameOf} onFollow={focus} />}
      <div class="d-outline-actions">
        <button type="button" class="b-button" onClick={() => add(selected)}>
          <Icon name="plus" size={16} /> {selected ? 'Add after this' : 'Add a step'}
        </button>
        {selected && (
          <>
            <button type="button" class="b-button" onClick={() => connect(selected)}>
              Connect to…
            </button>
            <button type="button" class="b-button" onClick={() => remove(selected)}>
              Delete
            </button>
          </>
        )}
      </div>
      {question && <Pick {...question} />}
    </nav>
  );
}

function Flows({ element, nameOf, onFollow }) {
  const groups = [
    ['Comes from', preceding(element)],
    ['Leads to', following(element)],
  ];
  return (
    <div class="d-flows">
      {groups.map(([title, flows]) => (
        <div key={title}>
          <h3>{title}</h3>
          {!flows.length && <p class="b-nothing">Nothing</p>}
          <ul>
            {flows.map(({ flow, step }) => (
              <li key={flow.id}>
                <button type="button" class="b-link" onClick={() => onFollow(step)}>
                  {nameOf(step)}
                </button>
                {flow.businessObject.name && <span> {flow.businessObject.name}</span>}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
