// The diagram editor: bpmn-js with the panel, the templates of our activities, and what makes drawing quick.
import ColorPicker from 'bpmn-js-color-picker';
import { CreateAppendAnythingModule, CreateAppendElementTemplatesModule } from 'bpmn-js-create-append-anything';
import { CloudElementTemplatesPropertiesProviderModule } from 'bpmn-js-element-templates';
import Modeler from 'bpmn-js/lib/Modeler';
import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  ZeebePropertiesProviderModule,
} from 'bpmn-js-properties-panel';
import ElementTemplateIconRenderer from '@bpmn-io/element-template-icon-renderer';
import CloudBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import Grid from 'diagram-js-grid';
import Minimap from 'diagram-js-minimap';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';

import Activities from './activities.js';
import Boundaries from './boundaries.js';
import Clipboard from './clipboard.js';
import Connecting from './connecting.js';
import Drawing from './drawing.js';
import Extensions from './extensions.js';
import Variables from './feel.js';
import FreshContext from './fresh.js';
import Menus from './menus.js';
import Palette from './palette.js';
import Panel from './panel/index.js';
import Steps from './steps.js';
import Templates, { prepared } from './templates.js';

const LEFT = 40;
const SPACE = 40;
const NAMES = 24;
/* Pixels around a diagram that is fitted into the view: left of it besides the palette, below it for names of events. */

/** Make the editor in two elements of the page; the diagram is opened by `open`. */
export function createModeler({ canvas, panel, store }) {
  const modeler = new Modeler({
    container: canvas,
    propertiesPanel: { parent: panel, feelPopupContainer: document.body, feelTooltipContainer: document.body },
    exporter: { name: 'Idflow', version: '1' },
    moddleExtensions: { zeebe },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ZeebePropertiesProviderModule,
      CloudElementTemplatesPropertiesProviderModule,
      CloudBehaviors,
      CreateAppendAnythingModule,
      CreateAppendElementTemplatesModule,
      ElementTemplateIconRenderer,
      ColorPicker,
      Grid,
      Minimap,
      Activities,
      Boundaries,
      Clipboard,
      Connecting,
      Drawing,
      Extensions,
      FreshContext,
      Menus,
      Palette,
      Panel,
      Steps,
      Templates,
      Variables,
      { store: ['value', store] },
    ],
  });
  modeler.get('elementTemplatesLoader').setTemplates(prepared(store.data.templates));
  return modeler;
}

/**
 * Show a BPMN file: the diagram of a process, where it has one of its own. Return `{warnings}`. Raises what bpmn-js does
 * when it is none, or has no diagram.
 */
export async function open(modeler, content, key) {
  const done = await modeler.importXML(content);
  const [first, ...others] = modeler.getDefinitions().get('diagrams');
  const own = others.find(each => each.plane?.bpmnElement?.id === key);
  if (own && first.plane?.bpmnElement?.$instanceOf('bpmn:Process')) await modeler.open(own);
  fit(modeler);
  return done;
}

/** Fit the diagram into the view beside the palette, without making a small one large. */
export function fit(modeler) {
  const canvas = modeler.get('canvas');
  const { outer } = canvas.viewbox();
  const inner = boundsOf(canvas.getRootElement().children);
  if (!inner || !outer.width) return;
  const left = LEFT + (modeler.get('palette')._container?.offsetWidth ?? 0);
  const width = outer.width - left - SPACE;
  const height = outer.height - 2 * SPACE;
  const scale = Math.min(1, width / inner.width, height / inner.height);
  canvas.viewbox({
    x: inner.x - (left + (width - inner.width * scale) / 2) / scale,
    y: inner.y - (SPACE + (height - inner.height * scale) / 2) / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}

/** Return the box around elements, or null when there are none; names that are much longer than they may be do not count. */
function boundsOf(elements) {
  const all = elements.filter(each => !each.labelTarget);
  if (!all.length) return null;
  const boxes = all.map(({ waypoints, x, y, width, height }) => ({
    xs: waypoints ? waypoints.map(each => each.x) : [x, x + width],
    ys: waypoints ? waypoints.map(each => each.y) : [y, y + height],
  }));
  const [xs, ys] = [boxes.flatMap(each => each.xs), boxes.flatMap(each => each.ys)];
  const [left, top] = [xs, ys].map(each => each.reduce((one, other) => Math.min(one, other)));
  const [right, bottom] = [xs, ys].map(each => each.reduce((one, other) => Math.max(one, other)));
  return { x: left, y: top, width: right - left, height: bottom - top + NAMES };
}

/** End what is being typed, in the panel or on the canvas: its value belongs to the diagram. */
export function settle(modeler) {
  modeler.get('directEditing').complete();
  const { activeElement } = document;
  if (activeElement?.closest('.bio-properties-panel')) {
    activeElement.blur();
    activeElement.focus();
  }
}
