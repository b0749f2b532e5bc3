"""What is thrown is caught, and what is caught is thrown (BPMN 2.0.2, 10.5.7 and 13.5.3).

An error or escalation goes outwards from where it is thrown: at each sub-process to the event sub-processes in it and
to the boundary events on it. At the border of a process it goes on to the call activity, if there is one.
"""

from collections.abc import Iterator, Mapping

from engine.dialect.custom_data_form import CustomDataForm
from engine.dialect.diagram import Diagram, Node
from engine.dialect.kinds import ACTIVITIES, CATCHING, SUB_PROCESSES, THROWING
from engine.dialect.xml import label_of, problem
from engine.errors import Problem, Severity
from engine.model import Trigger

_Thrown = Mapping[str, frozenset[str] | None]
"""The codes that can come out of each node, by its id; None is any code."""


def never_raised(diagram: Diagram) -> Iterator[Problem]:
    """Warn of a boundary event for an error or escalation that its activity never throws."""
    thrown = {trigger: _thrown(diagram, trigger) for trigger in (Trigger.ERROR, Trigger.ESCALATION)}
    for node in diagram.of_kind("boundaryEvent"):
        event = node.element.event
        host = diagram.nodes.get(node.element.attached_to or "")
        if event is None or event.trigger not in thrown or node.element.id in diagram.unread:
            continue
        if host is None or host.element.kind not in ACTIVITIES:
            continue
        codes = thrown[event.trigger].get(host.element.id)
        if codes is None or (codes if event.code is None else event.code in codes):
            continue
        what = f"the {event.trigger} {event.code!r}" if event.code else f"an {event.trigger}"
        message = f"{label_of(host.xml)} never throws {what}."
        remedy = f"It throws {', '.join(sorted(codes))}." if codes else "It throws none; remove the event."
        yield problem(node.xml, "never-raised", message, remedy, severity=Severity.WARNING, field=f"{event.trigger}Ref")


def uncaught(diagram: Diagram) -> Iterator[Problem]:
    """Warn of an error or escalation that nothing in its process catches.

    An error end event directly in a process is how the process ends, so there it is no mistake.
    """
    for node in diagram.of_kind(*THROWING):
        event = node.element.event
        if event is None or event.code is None or node.element.id in diagram.unread:
            continue
        ends = event.trigger is Trigger.ERROR and diagram.scope_of(node).element is None
        if ends or _is_caught(diagram, node, event.trigger, event.code):
            continue
        message = f"Nothing in the process catches the {event.trigger} {event.code!r} of {label_of(node.xml)}."
        remedy = "Draw a boundary event or an event sub-process that does, unless a call activity catches it."
        yield problem(node.xml, "uncaught", message, remedy, severity=Severity.WARNING, field=f"{event.trigger}Ref")


def cancelled(diagram: Diagram) -> Iterator[Problem]:
    """Warn of a transaction that can be cancelled without anything that follows then."""
    for node in diagram.of_kind("endEvent"):
        event, scope = node.element.event, diagram.scope_of(node)
        if event is None or event.trigger is not Trigger.CANCEL or scope.element is None:
            continue
        transaction = diagram.nodes[scope.element.id]
        if not any(_catches(each, Trigger.CANCEL, "") for each in transaction.attached):
            message = f"Nothing catches that {label_of(transaction.xml)} is cancelled."
            remedy = "Draw a cancel boundary event on it."
            yield problem(node.xml, "uncaught", message, remedy, severity=Severity.WARNING)


def _is_caught(diagram: Diagram, node: Node, trigger: Trigger, code: str) -> bool:
    for scope in diagram.outwards(node):
        handlers = [diagram.scopes.get(each.element.id) for each in scope.nodes if each.element.by_event]
        catching = [start for handler in handlers if handler is not None for start in handler.nodes]
        if scope.element is not None:
            catching += diagram.nodes[scope.element.id].attached
        if any(_catches(each, trigger, code) for each in catching):
            return True
    return False


def _catches(node: Node, trigger: Trigger, code: str) -> bool:
    event = node.element.event
    if event is None or event.trigger is not trigger or node.element.kind not in CATCHING:
        return False
    return event.code in {None, code}


def _thrown(diagram: Diagram, trigger: Trigger) -> _Thrown:
    """Return what can come out of each activity; inner scopes are looked at before the ones around them."""
    found: dict[str, frozenset[str] | None] = {}
    for scope in reversed(tuple(diagram.scopes.values())):
        inside: set[str] = set()
        unknown = False
        for node in scope.nodes:
            codes = found.get(node.element.id, _codes(diagram, node, trigger))
            found[node.element.id] = codes
            unknown = unknown or codes is None
            inside |= codes or frozenset()
        if scope.element is not None:
            found[scope.element.id] = None if unknown else frozenset(inside)
    return found


def _codes(diagram: Diagram, node: Node, trigger: Trigger) -> frozenset[str] | None:
    element = node.element
    if element.kind == "callActivity":
        return None
    if element.kind in THROWING and element.event is not None and element.event.trigger is trigger:
        return frozenset({element.event.code} if element.event.code else ())
    if trigger is not Trigger.ERROR or element.kind in SUB_PROCESSES:
        return frozenset()
    if element.kind == "userTask":
        return frozenset(error.__name__ for error in CustomDataForm.errors)
    if element.activity is None:
        # A service task without one has its own problem.
        return None if element.kind == "serviceTask" else frozenset()
    activity = diagram.activities.get(element.activity)
    return None if activity is None else frozenset(error.__name__ for error in activity.errors)


RULES = (never_raised, uncaught, cancelled)
