// What is looked at on the page itself, at once: what a drawing shows before the server has seen it.
import { CloudElementTemplatesLinterPlugin } from 'bpmn-js-element-templates';
import { Linter } from 'bpmnlint';
import StaticResolver from 'bpmnlint/lib/resolver/static-resolver.js';
import noBpmndi from 'bpmnlint/rules/no-bpmndi.js';
import noDisconnected from 'bpmnlint/rules/no-disconnected.js';
import noDuplicates from 'bpmnlint/rules/no-duplicate-sequence-flows.js';
import noOverlaps from 'bpmnlint/rules/no-overlapping-elements.js';

const OWN = {
  'no-disconnected': [noDisconnected, 'warn', 'Connect it with the steps before and after it, or remove it.'],
  'no-duplicate-sequence-flows': [noDuplicates, 'warn', 'Remove one of the two.'],
  'no-overlapping-elements': [noOverlaps, 'warn', 'Move one of them, so that both can be read.'],
  'no-bpmndi': [noBpmndi, 'warn', 'Save the file, and open it again.'],
};
const AGAIN = /^Duplicate (incoming|outgoing) /;
/* Said of both ends of a flow beside the flow itself. */
const FILL = 'Fill it in the panel.';

/** Return a function that looks at a diagram and returns its problems, as the server says them. */
export function linterOf(templates) {
  const plugin = CloudElementTemplatesLinterPlugin(templates);
  const own = new StaticResolver(
    Object.fromEntries(Object.entries(OWN).map(([name, [rule]]) => [`rule:bpmnlint/${name}`, rule])),
  );
  const resolver = {
    resolveRule: (name, rule) =>
      (name === 'bpmnlint-plugin-element-templates' ? plugin.resolver : own).resolveRule(name, rule),
    resolveConfig: (...names) => own.resolveConfig(...names),
  };
  const rules = Object.fromEntries(Object.entries(OWN).map(([name, [, category]]) => [name, category]));
  return async definitions => {
    // A rule can keep what it has seen, so each look has rules of its own.
    const linter = new Linter({ config: { rules: { ...rules, ...plugin.config.rules } }, resolver });
    const found = await linter.lint(definitions);
    return Object.entries(found).flatMap(([rule, reports]) => 
      reports.filter(({ message }) => !AGAIN.test(message)).map(report => problemOf(rule, report, templates)),
    );
  };
}

function problemOf(rule, { id, message, category, propertiesPanel }, templates) {
  return {
    code: `lint.${rule.split('/').pop()}`,
    message: message.endsWith('.') ? message : `${message}.`,
    remedy: OWN[rule]?.[2] ?? FILL,
    element: id,
    line: null,
    severity: category === 'error' ? 'error' : 'warning',
    field: fieldOf(propertiesPanel?.entryIds?.[0], templates),
  };
}

/** Return the parameter that an entry of the panel is for; its id ends in the place of the property in the template. */
function fieldOf(entry, templates) {
  const template = templates.find(each => entry?.startsWith(`custom-entry-${each.id}-`));
  if (!template) return null;
  const [, group, index] = /^-(?:(.*)-)?(\d+)$/.exec(entry.slice(`custom-entry-${template.id}`.length)) ?? [];
  const properties = group ? template.properties.filter(each => each.group === group) : template.properties;
  return properties[Number(index)]?.id ?? null;
}
