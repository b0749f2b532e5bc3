"""Where scopes start and end, and which errors are caught."""

from collections.abc import Iterator

from lxml import etree

from engine.dialect.custom_data_form import CustomDataForm
from engine.dialect.diagram import Diagram, Node
from engine.dialect.extension import is_expression
from engine.dialect.xml import children, id_of, kind_of, label_of, problem
from engine.errors import Problem, Severity

_DEFINITION = "EventDefinition"


def starts_and_ends(diagram: Diagram) -> Iterator[Problem]:
    """Check that every scope has exactly one start event and an end event."""
    for scope in diagram.scopes:
        starts = list(children(scope, "startEvent"))
        if len(starts) != 1:
            message = f"{label_of(scope)} has {len(starts)} start events."
            yield problem(starts[1] if starts else scope, "one-start", message, "Draw exactly one start event.")
        if next(children(scope, "endEvent"), None) is None:
            yield problem(scope, "no-end", f"{label_of(scope)} has no end event.", "Draw one.")


def definitions(diagram: Diagram) -> Iterator[Problem]:
    """Check that an end event has at most one definition, a boundary event exactly one."""
    for node in diagram.of_kind("endEvent", "boundaryEvent"):
        count = len(_definitions(node.xml))
        if count > 1:
            message = f"{label_of(node.xml)} has {count} event definitions."
            yield problem(node.xml, "several-definitions", message, "Keep one of them.")
        elif count == 0 and node.element.kind == "boundaryEvent":
            message = f"{label_of(node.xml)} catches nothing."
            yield problem(node.xml, "no-definition", message, "Make it an error boundary event.")


def error_references(diagram: Diagram) -> Iterator[Problem]:
    """Check that an error that is thrown or caught by reference is in the file and has a code."""
    for node in diagram.of_kind("endEvent", "boundaryEvent"):
        for definition in children(node.xml, "errorEventDefinition"):
            yield from _error_reference(diagram, node, definition)


def _error_reference(diagram: Diagram, node: Node, definition: etree._Element) -> Iterator[Problem]:
    reference = definition.get("errorRef")
    if not reference:
        if node.element.kind == "endEvent":
            message = f"{label_of(node.xml)} does not say which error it is."
            yield problem(definition, "no-error", message, "Choose an error with a code.")
        return
    error = diagram.errors.get(reference)
    if error is None:
        message = f"{label_of(node.xml)} refers to the error {reference!r}, which is not in the file."
        yield problem(definition, "dangling-reference", message, "Choose another error.")
    elif not error.get("errorCode"):
        message = f"{label_of(node.xml)} refers to {label_of(error)}, which has no code."
        remedy = "Give the error a code, or remove the reference to catch every error."
        yield problem(definition, "no-error-code", message, remedy)
    elif is_expression(error.get("errorCode", "")):
        message = f"The code of {label_of(error)} is an expression."
        yield problem(definition, "computed-error-code", message, "Write the code itself.")


def attachments(diagram: Diagram) -> Iterator[Problem]:
    """Check that a boundary event sits on a task or sub-process beside it, and no two there catch the same."""
    seen = set()
    for node in diagram.of_kind("boundaryEvent"):
        reference = node.xml.get("attachedToRef", "")
        host = diagram.nodes.get(reference)
        if host is None or host.scope is not node.scope:
            message = f"{label_of(node.xml)} is attached to {reference!r}, which is not beside it."
            yield problem(node.xml, "dangling-reference", message, "Attach it to a task.")
            continue
        if host.element.kind not in {"serviceTask", "userTask", "subProcess"}:
            message = f"{label_of(node.xml)} is attached to {label_of(host.xml)}, which raises no error."
            yield problem(
                node.xml, "misplaced-boundary", message, "Attach it to a service task, user task or sub-process."
            )
            continue
        code = _caught(diagram, node)
        if (reference, code) in seen:
            what = f"the error {code!r}" if code else "every error"
            message = f"Two boundary events of {label_of(host.xml)} catch {what}."
            yield problem(node.xml, "caught-twice", message, "Remove one of them.")
        seen.add((reference, code))
        raised = _raised(diagram, host)
        if code and not is_expression(code) and raised is not None and code not in raised:
            message = f"{label_of(host.xml)} never raises the error {code!r}."
            known = ", ".join(sorted(raised))
            remedy = f"It raises {known}." if known else "It raises no BPMN error; remove the event."
            yield problem(node.xml, "never-raised", message, remedy, severity=Severity.WARNING)


def _definitions(event: etree._Element) -> list[etree._Element]:
    return [child for child in event if kind_of(child).endswith(_DEFINITION) or kind_of(child) == "eventDefinitionRef"]


def _caught(diagram: Diagram, event: Node) -> str | None:
    definition = next(children(event.xml, "errorEventDefinition"), None)
    reference = None if definition is None else definition.get("errorRef")
    error = diagram.errors.get(reference or "")
    return None if error is None else error.get("errorCode")


def _raised(diagram: Diagram, host: Node) -> set[str] | None:
    """Return the codes that can come out of `host`; None when an activity in it is not known."""
    match host.element.kind:
        case "userTask":
            return {error.__name__ for error in CustomDataForm.errors}
        case "serviceTask":
            activity = diagram.activities.get(host.element.activity or "")
            return None if activity is None else {error.__name__ for error in activity.errors}
        case "endEvent":
            return {code for code in [_caught(diagram, host)] if code}
        case "subProcess":
            inside = [node for node in diagram.nodes.values() if node.scope is host.xml]
            found = [_raised(diagram, node) for node in inside if id_of(node.xml)]
            return None if None in found else {code for codes in found for code in codes or ()}
    return set()


RULES = (starts_and_ends, definitions, error_references, attachments)
