// A property that is a list: its rows, each with the properties of an item.
import { HANDLE, isObject } from './document.js';
import { Entry } from './entries.jsx';
import { Icon } from '../shared/icons.jsx';

export function Rows({ node, property, path, value, set, id }) {
  const rows = Array.isArray(value) ? value.map(each => (isObject(each) ? each : {})) : [];
  const move = (index, step) => {
    const moved = [...rows];
    moved.splice(index + step, 0, ...moved.splice(index, 1));
    set(moved);
  };
  const without = index => rows.filter((_, other) => other !== index);
  const remove = index => set(rows.length > 1 ? without(index) : undefined);
  return (
    <div class="b-entry b-rows" role="group" aria-labelledby={`${id}-label`}>
      <div class="b-entry-head">
        <span class="b-label" id={`${id}-label`}>
          {property.label}
        </span>
      </div>
      {property.help && <p class="b-help">{property.help}</p>}
      <ol>
        {rows.map((_, index) => {
          const name = `${singular(property.label)} ${index + 1}`;
          return (
            <li key={index} class="b-row" aria-label={name}>
              <div class="b-row-entries">
                {property.item.map(each => (
                  <Entry
                    key={`${node[HANDLE]} ${each.path.join('.')}`}
                    node={node}
                    property={each}
                    path={[...path, index, ...each.path]}
                  />
                ))}
              </div>
              <div class="b-row-actions">
                <button
                  type="button"
                  class="b-tool"
                  aria-label={`Move ${name} up`}
                  title="Move up"
                  disabled={index === 0}
                  onClick={() => move(index, -1)}
                >
                  <Icon name="up" size={16} />
                </button>
                <button
                  type="button"
                  class="b-tool"
                  aria-label={`Move ${name} down`}
                  title="Move down"
                  disabled={index === rows.length - 1}
                  onClick={() => move(index, 1)}
                >
                  <Icon name="down" size={16} />
                </button>
                <button
                  type="button"
                  class="b-tool"
                  aria-label={`Remove ${name}`}
                  title="Remove"
                  onClick={() => remove(index)}
                >
                  <Icon name="trash" size={16} />
                </button>
              </div>
            </li>
          );
        })}
      </ol>
      <button
        type="button"
        class="b-add"
        id={id}
        data-path={path.join('.')}
        onClick={() => set([...rows, fresh(property, rows)])}
      >
        <Icon name="plus" size={16} /> Add {singular(property.label).toLowerCase()}
      </button>
    </div>
  );
}

/** Return a new row: its required texts say what they are, so that no two rows are the same. */
function fresh(property, rows) {
  const name = singular(property.label);
  const row = {};
  for (const { path, required, kind, default: standard } of property.item) {
    if (path.length !== 1 || !required) continue;
    if (standard !== undefined && standard !== null) row[path[0]] = standard;
    else if (kind === 'text') row[path[0]] = free(path[0], `${name} `, rows);
    else if (kind === 'string') row[path[0]] = free(path[0], name.toLowerCase().replace(/\W+/g, ''), rows);
  }
  return row;
}

function free(key, stem, rows) {
  for (let number = rows.length + 1; ; number += 1) {
    if (!rows.some(each => each[key] === `${stem}${number}`)) return `${stem}${number}`;
  }
}

/** Return what one row of a list is called: an option of the options. */
export function singular(label) {
  return label.replace(/s$/, '');
}
