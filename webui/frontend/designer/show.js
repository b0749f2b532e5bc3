// Leads to a place in the diagram: the element on the canvas, and the entry in the panel.

/** Select an element and put the focus on the entry of one of its parameters, when it has one. */
export function show(app, id, field = null) {
  const element = app.modeler.get('elementRegistry').get(id);
  if (!element) return false;
  const canvas = app.modeler.get('canvas');
  if (element !== canvas.getRootElement()) {
    canvas.scrollToElement(element);
    app.modeler.get('selection').select(element);
  } else app.modeler.get('selection').select([]);
  return true;
}
