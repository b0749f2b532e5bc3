// The page: bar, outline, canvas and what is beside it.
import { Bar } from './bar.jsx';
import { Outline } from './outline.jsx';
import { Side } from './side.jsx';
import { Broken } from './transfer/broken.jsx';
import { useDesigner } from './use.js';

export function Layout() {
  const { store, slots } = useDesigner();
  return (
    <div class="b-builder d-designer">
      <Bar />
      <div class="d-work">
        <Outline />
        <div class="d-middle">
          <section class="d-stage" aria-label="Diagram">
            <div class="d-canvas" />
            {slots.canvas.map((Part, index) => (
              <Part key={index} />
            ))}
          </section>
          {store.broken && <Broken />}
          {slots.below.map((Part, index) => (
            <Part key={index} />
          ))}
        </div>
        <Side />
      </div>
      {slots.dialogs.map((Part, index) => (
        <Part key={index} />
      ))}
    </div>
  );
}
