// Files in and out: exports, what was done to a file when it was opened, and files that cannot be shown.
import { exportFile } from '../exchange/index.jsx';
import { useDesigner } from '../use.js';
import { download, svgOf } from './download.js';

export function install(app) {
  const { data, store, commands, slots } = app;
  const add = (id, title, run) => commands.register(id, { title, run, group: 'Export', isEnabled: () => !store.broken });
  if (app.draft) {
    add('exportBpmn', 'Export as BPMN', () => exportFile(app));
  }
  add('exportSvg', 'Export as SVG', async () => download(await svgOf(store.modeler), `${data.key}.svg`));
  add('exportPng', 'Export as PNG', async () => {
    const { pngOf } = await import('./download.js');
    download(await pngOf(store.modeler), `${data.key}.png`);
  });
  slots.below.push(Notices);
  // What was arranged belongs to the draft from now on.
  if (store.arranged) store.set({ changes: store.changes + 1 });
}

function Notices() {
  const app = useDesigner();
  const { store } = app;
  if (!store.notices?.length) return null;
  return (
    <div class="d-notice" role="status">
      <div>
        {store.notices.map(({ title, items }) => (
          <div key={title}>
            <p>{title}</p>
            {items.length > 0 && (
              <ul>
                {items.map(({ text, element }) => (
                  <li key={text + element}>
                    {text} {element && <Place id={element} />}
                  </li>
                ))}
              </ul>
            )}
          </div>
        ))}
        {store.original && (
          <p>
            When you change something, that is left out. The file as it is now will be kept among the saved states, under
            Versions.
          </p>
        )}
      </div>
      {store.original && (
        <button type="button" class="b-button" onClick={() => store.set({ broken: textOf(store), notices: [] })}>
          Edit the text
        </button>
      )}
      <button type="button" class="b-button" onClick={() => store.set({ notices: [] })}>
        Close
      </button>
    </div>
  );
}

function textOf({ original }) {
  const message = 'All that the file says is here, and is kept as it stands until the diagram is changed.';
  return { title: 'The text of the file', text: original, message, place: null };
}

/** An element, to go to when it is drawn. */
function Place({ id }) {
  const app = useDesigner();
  if (!app.modeler.get('elementRegistry').get(id)) return <code>{id}</code>;
  return (
    <button type="button" class="b-link" onClick={() => app.show(id)}>
      {id}
    </button>
  );
}
