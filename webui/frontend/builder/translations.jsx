// The texts of an element, or of the form, in other languages: a group for each language.
import { HANDLE, at, isObject } from './document.js';
import { Entry } from './entries.jsx';
import { isEmpty } from './checks.js';
import { Group } from './group.jsx';
import { singular } from './rows.jsx';
import { useBuilder } from './use.js';

export function Translations({ node, properties }) {
  const { store } = useBuilder();
  const texts = translatable(node, properties);
  if (!texts.length) return null;
  return store.declarations.languagesOf(store.root).map(({ tag, name }) => {
    const entries = texts.map(({ holder, property, label }) => ({
      path: [...holder, 'translations', tag, property.path.join('.')],
      property: {
        kind: property.kind === 'multiline' ? 'multiline' : 'text',
        label,
        default: original(at(node, [...holder, ...property.path])),
      },
    }));
    const isSet = entries.some(each => !isEmpty(at(node, each.path)));
    return (
      <Group key={tag} name={name} open={false} mark={isSet ? 'set' : null}>
        <p class="b-help">Where a text is left empty, the original is shown.</p>
        {entries.map(each => (
          <Entry key={`${node[HANDLE]} ${each.path.join(' ')}`} node={node} {...each} />
        ))}
      </Group>
    );
  });
}

/** Return the translatable properties, those of list items included, with the path of the object that has them. */
function translatable(node, properties) {
  return properties.flatMap(property => {
    if (property.kind !== 'list') return property.translatable ? [{ holder: [], property, label: property.label }] : [];
    const rows = at(node, property.path);
    if (!Array.isArray(rows)) return [];
    return rows.flatMap((row, index) =>
      property.item
        .filter(each => each.translatable && isObject(row))
        .map(each => ({
          holder: [...property.path, index],
          property: each,
          label: `${singular(property.label)} ${index + 1}: ${each.label}`,
        })),
    );
  });
}

function original(text) {
  return typeof text === 'string' ? text : undefined;
}
