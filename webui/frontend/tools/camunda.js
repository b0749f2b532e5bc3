// What Camunda's own tools say of files; bundled before it runs, as their packages are written for bundlers.
import { validateZeebe } from '@bpmn-io/element-templates-validator';
import { Linter } from '@camunda/linting';
import { BpmnModdle } from 'bpmn-moddle';
import modeler from 'modeler-moddle/resources/modeler.json';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';

/** Return what the schema says of each element template, by its id. */
export function lookAtTemplates(templates) {
  return Object.fromEntries(
    templates.map(each => {
      const { valid, errors = [] } = validateZeebe(each);
      return [each.id, valid ? [] : errors.map(error => error.message)];
    }),
  );
}

const linter = new Linter({ type: 'cloud', modeler: 'desktop' });

/** Return what cannot be read in a file, and what Camunda Modeler's linter for Camunda 8 says of it. */
export async function lookAtFile(xml) {
  const { warnings } = await new BpmnModdle({ zeebe, modeler }).fromXML(xml);
  const reports = await linter.lint(xml);
  return [
    ...warnings.map(warning => warning.message),
    ...reports.map(({ id, rule, message, category }) => `${category} ${id}: ${message} [${rule}]`),
  ];
}
