// What stands beside the diagram: the properties, and what parts of the designer put behind a tab there.
import { useState } from 'preact/hooks';

import { Tabs } from '../shared/tabs.jsx';
import { Resize } from './resize.jsx';
import { useDesigner } from './use.js';

const NARROWEST = 260;
const WIDEST = 960;
const USUAL = 340;
/* Pixels: how wide it can be, and how wide the properties are at first. */

const PROPERTIES = { id: 'properties', label: 'Properties' };

export function Side() {
  const { store, slots } = useDesigner();
  const [widths, setWidths] = useState({});
  const open = slots.side.filter(({ isOpen }) => isOpen());
  const chosen = open.find(({ id }) => id === store.side) ?? PROPERTIES;
  const isProperties = chosen === PROPERTIES;
  const width = widths[chosen.id] ?? chosen.width?.() ?? USUAL;
  return (
    <aside class="d-panel" style={{ width: `${width}px` }} aria-label={chosen.label}>
      <Resize
        label={`Width of ${isProperties ? 'the properties' : chosen.label}`}
        size={width}
        smallest={NARROWEST}
        largest={WIDEST}
        onResize={wanted => setWidths({ ...widths, [chosen.id]: wanted })}
      />
      {open.length > 0 && (
        <div class="d-side-tabs">
          <Tabs
            label="Beside the diagram"
            tabs={[PROPERTIES, ...open]}
            chosen={chosen.id}
            onChoose={side => store.set({ side })}
          />
        </div>
      )}
      <div
        class="d-panel-groups"
        hidden={!isProperties}
        {...(open.length > 0 && { id: 'panel-properties', role: 'tabpanel', 'aria-labelledby': 'tab-properties' })}
      />
      {open.map(({ id, Part }) => (
        <div key={id} class="d-side" id={`panel-${id}`} role="tabpanel" aria-labelledby={`tab-${id}`} hidden={id !== chosen.id}>
          <Part />
        </div>
      ))}
    </aside>
  );
}
