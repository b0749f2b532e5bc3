"""Which elements of DMN are run, which are documentation, and which are refused: nothing is left out in silence."""

from collections.abc import Iterator

from lxml import etree

from engine.dmn.xml import child_of, kind_of, label_of, problem
from engine.errors import Problem, Severity

_ANYWHERE = frozenset({"description", "extensionElements"})
_TEXT = frozenset({"text"})

_RUN: dict[str, frozenset[str]] = {
    "definitions": frozenset({"decision", "inputData", "itemDefinition"}),
    "decision": frozenset({"variable", "informationRequirement", "decisionTable", "literalExpression"}),
    "inputData": frozenset({"variable"}),
    "itemDefinition": frozenset({"itemComponent"}),
    "itemComponent": frozenset({"itemComponent"}),
    "variable": frozenset(),
    "informationRequirement": frozenset({"requiredDecision", "requiredInput"}),
    "requiredDecision": frozenset(),
    "requiredInput": frozenset(),
    "decisionTable": frozenset({"input", "output", "rule"}),
    "input": frozenset({"inputExpression", "inputValues"}),
    "output": frozenset({"outputValues", "defaultOutputEntry"}),
    "rule": frozenset({"inputEntry", "outputEntry"}),
    "literalExpression": _TEXT,
    "inputExpression": _TEXT,
    "inputValues": _TEXT,
    "inputEntry": _TEXT,
    "outputValues": _TEXT,
    "outputEntry": _TEXT,
    "defaultOutputEntry": _TEXT,
    "text": frozenset(),
}
"""What is read, by the element that it is in."""

_SEVERAL = frozenset(
    {"decision", "inputData", "itemDefinition", "itemComponent", "informationRequirement"}
    | {"input", "output", "rule", "inputEntry", "outputEntry"}
)
"""What there may be several of in one element."""

_DOCUMENTATION: dict[str, frozenset[str]] = {
    "definitions": frozenset({"knowledgeSource", "textAnnotation", "association", "group", "elementCollection"})
    | {"performanceIndicator", "organizationUnit"},
    "decision": frozenset({"question", "allowedAnswers", "authorityRequirement", "supportedObjective"})
    | {"impactedPerformanceIndicator", "decisionMaker", "decisionOwner", "usingProcess", "usingTask"},
    "decisionTable": frozenset({"annotation"}),
    "rule": frozenset({"annotationEntry"}),
    "itemDefinition": frozenset({"typeRef", "allowedValues", "typeConstraint", "functionItem"}),
    "itemComponent": frozenset({"typeRef", "allowedValues", "typeConstraint", "functionItem"}),
}
"""What tells people something, by the element that it is in."""

_RESTRICTIONS = ("allowedValues", "typeConstraint")

INSTEAD = {
    "businessKnowledgeModel": "Draw its logic as a decision.",
    "knowledgeRequirement": "Draw what it leads to as a decision, and require that.",
    "decisionService": "Call its decisions themselves.",
    "import": "Put everything that is needed into one file.",
    "importedValues": "Write the values in this file.",
    "context": "Write it in FEEL as a literal expression: {a: 1, b: a + 1}.",
    "relation": "Write it in FEEL as a literal expression: [{a: 1}, {a: 2}].",
    "list": "Write it in FEEL as a literal expression: [1, 2].",
    "invocation": "Require the decision, and write what is made of its result in FEEL.",
    "functionDefinition": "Write it in FEEL within a literal expression: function(x) x + 1.",
    "conditional": "Write it in FEEL as a literal expression: if a then b else c.",
    "filter": "Write it in FEEL as a literal expression: list[item > 1].",
    "for": "Write it in FEEL as a literal expression: for x in list return x + 1.",
    "some": "Write it in FEEL as a literal expression: some x in list satisfies x > 1.",
    "every": "Write it in FEEL as a literal expression: every x in list satisfies x > 1.",
}
"""What to draw instead of an element that is not run."""


def check(root: etree._Element) -> Iterator[Problem]:
    """Return everything that is in the file and would have no effect."""
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        kind = kind_of(parent)
        seen: set[str] = set()
        for child in parent:
            child_kind = kind_of(child)
            if child_kind in _RUN[kind]:
                if child_kind in seen and child_kind not in _SEVERAL:
                    message = f"{label_of(parent)} has more than one {child_kind}."
                    yield problem(child, "twice", message, "Keep one of them.")
                seen.add(child_kind)
                waiting.append(child)
            elif not _is_documentation(kind, child):
                yield _not_run(child)
        if kind in {"itemDefinition", "itemComponent"}:
            yield from _restriction(parent)


def _is_documentation(parent_kind: str, child: etree._Element) -> bool:
    kind = kind_of(child)
    if kind:
        return kind in _ANYWHERE or kind in _DOCUMENTATION.get(parent_kind, ())
    # The drawing (DMNDI) has a namespace of its own; other foreign elements belong into extensionElements.
    return parent_kind == "definitions" and etree.QName(child).namespace is not None


def _not_run(node: etree._Element) -> Problem:
    kind = kind_of(node)
    if kind in INSTEAD:
        return problem(node, "not-run", f"{label_of(node)} is not run.", INSTEAD[kind])
    name = etree.QName(node).localname
    return problem(node, "unknown-element", f"There is an element {name!r} that is not known here.", "Take it out.")


def _restriction(node: etree._Element) -> Iterator[Problem]:
    for kind in _RESTRICTIONS:
        restriction = child_of(node, kind)
        if restriction is not None:
            message = f"{label_of(node)} restricts its values, which is not checked: types are documentation."
            remedy = "Write the values into the input or output of the table that they are for."
            yield problem(restriction, "type-not-checked", message, remedy, severity=Severity.WARNING)
