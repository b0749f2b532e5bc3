// The diagram in which tokens are simulated.
import TokenSimulation from 'bpmn-js-token-simulation/lib/viewer.js';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

/** Show a file in an element of the page, ready to be started. Return the viewer. */
export async function simulate(container, xml) {
  const viewer = new NavigatedViewer({ container, additionalModules: [TokenSimulation] });
  await viewer.importXML(xml);
  viewer.get('canvas').zoom('fit-viewport', 'auto');
  viewer.get('toggleMode').toggleMode(true);
  return viewer;
}
