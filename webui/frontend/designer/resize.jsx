// The edge of a part of the page that can be made larger and smaller, with the mouse and with the arrow keys.

const STEP = 24;
/* Pixels by which an arrow key changes it. */

/** `isAcross`: the edge lies on top, and the part becomes higher; otherwise it stands on the left. Sizes are pixels. */
export function Resize({ label, size, smallest, largest, isAcross = false, onResize }) {
  const resize = wanted => onResize(Math.min(largest, Math.max(smallest, Math.round(wanted))));
  const place = event => (isAcross ? event.clientY : event.clientX);
  const drag = event => {
    const from = place(event);
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const move = moved => resize(size + from - place(moved));
    const end = () => handle.removeEventListener('pointermove', move);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', end, { once: true });
  };
  const press = event => {
    const step = isAcross ? { ArrowUp: STEP, ArrowDown: -STEP } : { ArrowLeft: STEP, ArrowRight: -STEP };
    if (!step[event.key]) return;
    event.preventDefault();
    resize(size + step[event.key]);
  };
  return (
    <div
      class={`d-resize ${isAcross ? 'd-resize-across' : ''}`}
      role="separator"
      aria-orientation={isAcross ? 'horizontal' : 'vertical'}
      aria-label={label}
      aria-valuenow={size}
      aria-valuemin={smallest}
      aria-valuemax={largest}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={press}
    />
  );
}
