// The steps of the process as a list beside the canvas.
import { useDesigner } from './use.js';

export function Outline() {
  const { store } = useDesigner();
  return (
    <nav class="d-outline" aria-label="Steps" hidden={!store.isOutlineOpen}>
      <h2>Steps</h2>
    </nav>
  );
}
