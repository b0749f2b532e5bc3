// The commands of the view and of the history, and the buttons for the zoom on the canvas.
import { Icon } from '../shared/icons.jsx';
import { Help } from './help.jsx';
import { fit, settle } from './modeler.js';
import { focusPanel } from './show.js';
import { useDesigner } from './use.js';

export function install(app) {
  const { commands, store, modeler, slots } = app;
  const stack = modeler.get('commandStack');
  const zoom = modeler.get('zoomScroll');
  const add = (id, title, keys, run, more = {}) => commands.register(id, { title, keys, run, group: 'View', ...more });
  const history = { group: 'Process' };
  const undo = step => () => {
    settle(modeler);
    stack[step]();
  };
  add('undo', 'Undo', ['Ctrl+Z'], undo('undo'), { ...history, isEnabled: () => stack.canUndo() });
  add('redo', 'Redo', ['Ctrl+Shift+Z', 'Ctrl+Y'], undo('redo'), { ...history, isEnabled: () => stack.canRedo() });
  add('search', 'Find an element', ['Ctrl+F'], () => modeler.get('searchPad').toggle(), { isEverywhere: true });
  add('zoomIn', 'Zoom in', ['Ctrl++', 'Ctrl+='], () => zoom.stepZoom(1));
  add('zoomOut', 'Zoom out', ['Ctrl+-'], () => zoom.stepZoom(-1));
  add('actualSize', 'Actual size', ['Ctrl+0'], () => modeler.get('canvas').zoom(1, 'auto'));
  add('fit', 'Fit the diagram into the view', ['1'], () => fit(modeler));
  add('fullScreen', 'Full screen', ['Shift+F'], fullScreen, { isEnabled: () => document.fullscreenEnabled });
  add('outline', 'Show or hide the steps', ['Alt+1'], () => store.set({ isOutlineOpen: !store.isOutlineOpen }), {
    isEverywhere: true,
  });
  add('canvas', 'Go to the canvas', ['Alt+2'], () => modeler.get('canvas').focus(), { isEverywhere: true });
  add('panel', 'Go to the properties', ['Alt+3'], () => focusPanel(app), { isEverywhere: true });
  add('keys', 'Keys', ['?'], () => store.set({ isHelpOpen: true }), { group: 'View' });
  slots.canvas.push(Zoom);
  slots.dialogs.push(Help);
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.getElementById('designer').requestFullscreen();
}

const BUTTONS = [
  ['zoomOut', 'minus'],
  ['zoomIn', 'plus'],
  ['fit', 'fit'],
  ['fullScreen', 'full'],
];

function Zoom() {
  const { commands, store } = useDesigner();
  return (
    <div class="d-zoom" role="group" aria-label="View">
      {!store.isOutlineOpen && <Button id="outline" icon="list" />}
      {BUTTONS.map(([id, icon]) => (
        <Button key={id} id={id} icon={icon} />
      ))}
    </div>
  );

  function Button({ id, icon }) {
    const command = commands.get(id);
    if (!command?.isEnabled()) return null;
    return (
      <button
        type="button"
        aria-label={command.title}
        title={`${command.title} (${command.keys[0]})`}
        onClick={() => commands.run(id)}
      >
        <Icon name={icon} />
      </button>
    );
  }
}
