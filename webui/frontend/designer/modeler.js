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
import Extensions from './extensions.js';
import Variables from './feel.js';
import FreshContext from './fresh.js';
import Menus from './menus.js';
import Palette from './palette.js';
import Panel from './panel/index.js';
import Steps from './steps.js';
import Templates, { prepared } from './templates.js';

const SPACE = 40;
/* Pixels around a diagram that is fitted into the view. */

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

/** Show a BPMN file. Raises what bpmn-js does when it is none, or has no diagram. */
export async function open(modeler, content) {
  await modeler.importXML(content);
  fit(modeler);
}

/** Fit the diagram into the view, without making a small one large. */
export function fit(modeler) {
  const canvas = modeler.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() > 1) canvas.zoom(1, 'auto');
  canvas.scroll({ dx: SPACE / 4, dy: 0 });
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
