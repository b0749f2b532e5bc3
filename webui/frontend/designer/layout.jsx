// The page: bar, outline, canvas and panel.
import { useRef } from 'preact/hooks';

import { Bar } from './bar.jsx';
import { Outline } from './outline.jsx';
import { Broken } from './transfer/broken.jsx';
import { useDesigner } from './use.js';

const NARROWEST = 260;
const WIDEST = 640;
const STEP = 24;
/* Pixels: how wide the panel can be, and by how much the arrow keys change that. */

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
        <Panel />
      </div>
      {slots.dialogs.map((Part, index) => (
        <Part key={index} />
      ))}
    </div>
  );
}

function Panel() {
  const panel = useRef();
  const resize = width => {
    panel.current.style.width = `${Math.min(WIDEST, Math.max(NARROWEST, width))}px`;
  };
  const drag = event => {
    const { width } = panel.current.getBoundingClientRect();
    const from = event.clientX;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const move = ({ clientX }) => resize(width + from - clientX);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), {
      once: true,
    });
  };
  const press = event => {
    const step = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    resize(panel.current.getBoundingClientRect().width + step);
  };
  return (
    <aside class="d-panel" ref={panel} aria-label="Properties">
      <div
        class="d-resize"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the properties"
        tabIndex={0}
        onPointerDown={drag}
        onKeyDown={press}
      />
      <div class="d-panel-groups" />
    </aside>
  );
}
