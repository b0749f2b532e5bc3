// The diagram in which tokens are simulated.
import TokenSimulation from 'bpmn-js-token-simulation/lib/viewer.js';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

/** Show a file in an element of the page, ready to be started. Return the viewer. */
export async function simulate(container, xml) {
  const viewer = new NavigatedViewer({ container, additionalModules: [TokenSimulation] });
  colour(container);
  await viewer.importXML(xml);
  viewer.get('canvas').zoom('fit-viewport', 'auto');
  viewer.get('toggleMode').toggleMode(true);
  return viewer;
}

/** Make styles of what the bundle has put into data attributes (tools/plugins.mjs), as it comes onto the page. */
function colour(container) {
  const style = () => {
    for (const each of container.querySelectorAll('[data-style]')) {
      each.style.cssText = each.dataset.style;
      delete each.dataset.style;
    }
  };
  new MutationObserver(style).observe(container, { childList: true, subtree: true });
}
