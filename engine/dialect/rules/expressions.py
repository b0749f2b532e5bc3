"""Every expression is one, and what is set can be named in an expression."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from engine import feel
from engine.dialect.diagram import Diagram
from engine.dialect.kinds import RUNNING_AN_ACTIVITY, SUB_PROCESSES
from engine.dialect.xml import label_of, problem
from engine.errors import Problem
from engine.model import AdHoc, Element, EventDefinition, MultiInstance, Source, StandardLoop, Syntax
from engine.variables import is_name

_TABLE = frozenset({"processvar", "processVar"})

_NAMES_VARIABLES = SUB_PROCESSES | (RUNNING_AN_ACTIVITY - {"serviceTask"}) | {"callActivity"}
"""Elements whose input parameters are variables where no activity takes them: of what they open, or send."""


def syntax(diagram: Diagram) -> Iterator[Problem]:
    """Check that every expression compiles."""
    for node in diagram.nodes.values():
        for field, what, source in sources_of(node.element):
            yield from _syntax(node.xml, field, what, source)
    for flow in diagram.flows.values():
        if flow.condition is not None:
            yield from _syntax(diagram.flow_xml[flow.id], "condition", "the condition", flow.condition)


def sources_of(element: Element) -> Iterator[tuple[str, str, Source]]:
    """Return every value and condition of an element, each with its field and what to call it in a sentence."""
    for key, source in element.inputs.items():
        if source is not None:
            yield key, f"the parameter {key!r}", source
    for path, output in element.outputs.items():
        yield path, f"the output {path!r}", output
    for field, what, found in _parts(element):
        if found is not None:
            yield field, what, found


def _parts(element: Element) -> Iterator[tuple[str, str, Source | None]]:
    yield "script", "the script", element.script
    match element.event:
        case EventDefinition() as event:
            yield f"{event.trigger}Ref", "the name", event.name
            yield *(("timer", "the time") if event.timer else ("condition", "the condition")), event.expression
            yield "correlationKey", "the correlation key", event.correlation_key
            yield "timeToLive", "the time to live", event.time_to_live
    match element.loop:
        case MultiInstance() as loop:
            yield "collection", "the collection", loop.collection
            yield "cardinality", "the cardinality", loop.cardinality
            yield "outputElement", "the output element", loop.output_item
            yield "completionCondition", "the completion condition", loop.completion
        case StandardLoop(condition=condition):
            yield "loopCondition", "the loop condition", condition
    if element.called is not None:
        yield "processId", "the called process", element.called.process
    match element.ad_hoc:
        case AdHoc() as ad_hoc:
            yield "completionCondition", "the completion condition", ad_hoc.completion
            yield "activities", "the collection of activities", ad_hoc.activities


def _syntax(node: etree._Element, field: str, what: str, source: Source) -> Iterator[Problem]:
    if source.syntax is Syntax.LITERAL:
        return
    try:
        unsure = feel.compile_as(source.text, source.syntax.value).unsure
        reason = "; ".join(f"an operator or a comma is missing in {name!r}" for name in sorted(unsure))
    except feel.FeelSyntaxError as error:
        reason = str(error)
    if reason:
        message = f"{what} of {label_of(node)} is not an expression: {reason}."
        found = problem(node, "expression", message, f"Correct {source.text[:80]!r}.", field=field)
        yield replace(found, line=source.line)


def targets(diagram: Diagram) -> Iterator[Problem]:
    """Check that what an element sets is a variable that expressions can name, and the designer's to set."""
    for node in diagram.nodes.values():
        for path in paths_set(node.element):
            if not all(is_name(part) for part in path.split(".")):
                message = f"{label_of(node.xml)} sets {path!r}, which cannot name a variable."
                remedy = "Use letters, digits and underscores, separated by points."
                yield problem(node.xml, "bad-variable", message, remedy, field=path)
            elif path.startswith("_") or path in _TABLE:
                message = f"{label_of(node.xml)} sets {path!r}, which only Idflow itself sets."
                yield problem(
                    node.xml, "reserved-variable", message, "Choose a name without an underscore before it.", field=path
                )


def paths_set(element: Element) -> list[str]:
    """Return the paths of the variables that an element sets, local ones too."""
    paths = [*element.outputs]
    if _names_variables(element):
        paths += element.inputs
    if element.result_variable is not None:
        paths.append(element.result_variable)
    if isinstance(element.loop, MultiInstance) and element.loop.output_collection is not None:
        paths.append(element.loop.output_collection)
    return paths


def filled(diagram: Diagram) -> Iterator[Problem]:
    """Check that an input parameter that is a variable has a value."""
    for node in diagram.nodes.values():
        for key, source in node.element.inputs.items():
            if source is None and _names_variables(node.element):
                message = f"The input parameter {key!r} of {label_of(node.xml)} has no value."
                yield problem(node.xml, "missing-parameter", message, "Fill it or remove it.", field=key)


def _names_variables(element: Element) -> bool:
    return element.kind in _NAMES_VARIABLES and element.activity is None


def scripts(diagram: Diagram) -> Iterator[Problem]:
    """Check that a script task computes something and keeps it."""
    for node in diagram.of_kind("scriptTask"):
        if node.element.script is None and node.element.id not in diagram.unread:
            message = f"{label_of(node.xml)} has no script."
            yield problem(node.xml, "no-script", message, "Write a FEEL expression.", field="script")
        if node.element.result_variable is None and not node.element.outputs:
            message = f"{label_of(node.xml)} does not keep its result."
            yield problem(node.xml, "no-result-variable", message, "Name a result variable.", field="resultVariable")


RULES = (syntax, targets, filled, scripts)
