"""Every expression is one, and what is set can be named in an expression."""

from collections.abc import Iterator

from lxml import etree

from engine import feel
from engine.dialect.diagram import Diagram
from engine.dialect.xml import label_of, problem
from engine.errors import Problem
from engine.model import Element, Source, Syntax
from engine.variables import is_name

_TABLE = "processvar"


def syntax(diagram: Diagram) -> Iterator[Problem]:
    """Check that every expression compiles."""
    for node in diagram.nodes.values():
        for what, source in _sources(node.element):
            yield from _syntax(node.xml, what, source)
    for flow in diagram.flows.values():
        if flow.condition is not None:
            yield from _syntax(diagram.flow_xml[flow.id], "the condition", flow.condition)


def _sources(element: Element) -> Iterator[tuple[str, Source]]:
    for key, source in element.inputs.items():
        if source is not None:
            yield f"the parameter {key!r}", source
    for path, output in element.outputs.items():
        yield f"the output {path!r}", output
    if element.script is not None:
        yield "the script", element.script


def _syntax(node: etree._Element, what: str, source: Source) -> Iterator[Problem]:
    if source.syntax is Syntax.LITERAL:
        return
    try:
        unsure = feel.compile_as(source.text, source.syntax.value).unsure
        reason = "; ".join(f"an operator or a comma is missing in {name!r}" for name in sorted(unsure))
    except feel.FeelSyntaxError as error:
        reason = str(error)
    if reason:
        message = f"{what} of {label_of(node)} is not an expression: {reason}."
        found = problem(node, "expression", message, f"Correct {source.text[:80]!r}.")
        yield Problem(found.code, found.message, found.remedy, element=found.element, line=source.line)


def targets(diagram: Diagram) -> Iterator[Problem]:
    """Check that what an element sets is a variable that expressions can name, and the designer's to set."""
    for node in diagram.nodes.values():
        paths = [*node.element.outputs]
        if node.element.result_variable is not None:
            paths.append(node.element.result_variable)
        for path in paths:
            if not all(is_name(part) for part in path.split(".")):
                message = f"{label_of(node.xml)} sets {path!r}, which cannot name a variable."
                remedy = "Use letters, digits and underscores, separated by points."
                yield problem(node.xml, "bad-variable", message, remedy)
            elif path.startswith("_") or path == _TABLE:
                message = f"{label_of(node.xml)} sets {path!r}, which only Idflow itself sets."
                yield problem(node.xml, "reserved-variable", message, "Choose a name without an underscore before it.")


def scripts(diagram: Diagram) -> Iterator[Problem]:
    """Check that a script task computes something and keeps it."""
    for node in diagram.of_kind("scriptTask"):
        unreadable = any(each.element == node.element.id for each in diagram.problems)
        if node.element.script is None and not unreadable:
            message = f"{label_of(node.xml)} has no script."
            yield problem(node.xml, "no-script", message, "Write a FEEL expression.")
        if node.element.result_variable is None and not node.element.outputs:
            message = f"{label_of(node.xml)} does not keep its result."
            yield problem(node.xml, "no-result-variable", message, "Name a result variable.")


RULES = (syntax, targets, scripts)
