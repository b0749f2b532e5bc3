"""Call activities and business rule tasks name what they call (BPMN 2.0.2, 10.3.3 and 10.3.6)."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram, Node, Scope
from engine.dialect.xml import label_of, problem
from engine.errors import Problem, Severity
from engine.model import Syntax


def called(diagram: Diagram) -> Iterator[Problem]:
    """Check that a call activity names a process."""
    for node in diagram.of_kind("callActivity"):
        if node.element.called is None and node.element.id not in diagram.unread:
            yield problem(
                node.xml,
                "no-called-process",
                f"{label_of(node.xml)} calls nothing.",
                "Name a process by its id.",
                field="processId",
            )


def decided(diagram: Diagram) -> Iterator[Problem]:
    """Check that a business rule task makes a decision or runs an activity, and keeps what was decided."""
    for node in diagram.of_kind("businessRuleTask"):
        element = node.element
        if element.id in diagram.unread:
            continue
        if (element.decision is None) == (element.activity is None):
            how = "nothing to decide by" if element.decision is None else "both a decision and an activity"
            message = f"{label_of(node.xml)} has {how}."
            yield problem(
                node.xml,
                "no-decision",
                message,
                "Name a decision by its id (zeebe:calledDecision).",
                field="decisionId",
            )
        elif element.decision is not None and element.result_variable is None and not element.outputs:
            message = f"{label_of(node.xml)} does not keep its result."
            yield problem(node.xml, "no-result-variable", message, "Name a result variable.", field="resultVariable")


def endless_recursion(diagram: Diagram) -> Iterator[Problem]:
    """Warn of a process that calls itself on every way from its start to an end."""
    for scope in diagram.scopes.values():
        # Only where the calls stand in the process itself: a sub-process may be left by an event.
        calls = [node for node in scope.nodes if scope.element is None and _calls(node, scope.id)]
        if calls and not _ends_without(diagram, scope, calls):
            message = f"{label_of(calls[0].xml)} calls its own process again, whatever happens before."
            remedy = "Draw a gateway before it, with a way that does not call."
            yield problem(
                calls[0].xml, "endless-recursion", message, remedy, severity=Severity.WARNING, field="processId"
            )


def _calls(node: Node, process: str) -> bool:
    called = node.element.called
    return called is not None and called.process.syntax is Syntax.LITERAL and called.process.text == process


def _ends_without(diagram: Diagram, scope: Scope, calls: list[Node]) -> bool:
    """Tell whether something can end without passing one of the `calls`."""
    ahead = [node for node in scope.nodes if not node.incoming and node.element.kind != "boundaryEvent"]
    seen = {node.element.id for node in calls}
    while ahead:
        node = ahead.pop()
        if node.element.id in seen:
            continue
        seen.add(node.element.id)
        if not node.outgoing:
            return True
        ahead += [diagram.nodes[flow.target] for flow in node.outgoing if flow.target in diagram.nodes]
        ahead += node.attached
    return False


RULES = (called, decided, endless_recursion)
