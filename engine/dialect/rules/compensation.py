"""What undoes an activity is connected with it by an association (BPMN 2.0.2, 10.7)."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram, Node
from engine.dialect.kinds import THROWING
from engine.dialect.xml import label_of, problem
from engine.errors import Problem, Severity
from engine.model import Trigger


def handlers(diagram: Diagram) -> Iterator[Problem]:
    """Check that a compensation boundary event leads to exactly one activity, which is only for that."""
    for node in _compensating(diagram, "boundaryEvent"):
        connected = diagram.associated.get(node.element.id, ())
        if len(connected) != 1:
            message = f"{label_of(node.xml)} is connected with {len(connected)} activities."
            remedy = "Draw one association from it to the activity that undoes the work."
            yield problem(node.xml, "compensation-handler", message, remedy)
            continue
        handler = diagram.nodes.get(connected[0])
        if handler is None or handler.element.scope != node.element.scope:
            message = f"{label_of(node.xml)} is connected with {connected[0]!r}, which is not beside it."
            yield problem(node.xml, "compensation-handler", message, "Draw the activity in the same scope.")
        elif not handler.element.for_compensation:
            message = f"{label_of(handler.xml)} undoes an activity and is no compensation activity."
            remedy = 'Set isForCompensation="true" and remove its sequence flows.'
            yield problem(handler.xml, "compensation-handler", message, remedy)


def starts(diagram: Diagram) -> Iterator[Problem]:
    """Check that a compensation event sub-process is in a sub-process: a process as a whole is never undone."""
    for node in _compensating(diagram, "startEvent"):
        inside, *around = diagram.outwards(node)
        if inside.by_event and around and around[0].element is None:
            message = f"{label_of(node.xml)} undoes the process itself, which nothing can ask for."
            remedy = "Put the event sub-process into the sub-process that it undoes."
            yield problem(node.xml, "never-compensated", message, remedy)


def throws(diagram: Diagram) -> Iterator[Problem]:
    """Check that what a compensation event names can be undone; warn when there is nothing to undo."""
    undone = _undone(diagram)
    for node in _compensating(diagram, *THROWING):
        reachable = _scopes_compensated(diagram, node)
        reference = None if node.element.event is None else node.element.event.activity
        if reference is None:
            if reachable[-1] not in undone:
                yield _nothing(node, "everything around it")
            continue
        activity = diagram.nodes.get(reference)
        if activity is None or activity.element.scope not in reachable:
            message = f"{label_of(node.xml)} compensates {reference!r}, which is not beside it."
            remedy = "Choose an activity of the same scope; from an event sub-process, also one of the scope around it."
            yield problem(node.xml, "dangling-reference", message, remedy, field="activityRef")
        elif reference not in undone:
            yield _nothing(node, label_of(activity.xml))


def _scopes_compensated(diagram: Diagram, node: Node) -> list[str]:
    """Return the scope of a throw event; from an event sub-process, those around it as well (10.7.2)."""
    found = []
    for scope in diagram.outwards(node):
        found.append(scope.id)
        if not scope.by_event:
            break
    return found


def _undone(diagram: Diagram) -> set[str]:
    """Return the activities that something undoes: directly, or something in them."""
    found: set[str] = set()
    for node in _compensating(diagram, "boundaryEvent", "startEvent"):
        if node.element.attached_to is not None:
            found.add(node.element.attached_to)
        found |= {scope.id for scope in diagram.outwards(node)}
    return found


def _nothing(node: Node, what: str) -> Problem:
    message = f"{label_of(node.xml)} compensates {what}, but nothing there can be undone."
    remedy = "Draw a compensation boundary event with its activity."
    return problem(node.xml, "nothing-to-compensate", message, remedy, severity=Severity.WARNING)


def _compensating(diagram: Diagram, *kinds: str) -> Iterator[Node]:
    for node in diagram.of_kind(*kinds):
        event = node.element.event
        if event is not None and event.trigger is Trigger.COMPENSATION:
            yield node


RULES = (handlers, starts, throws)
