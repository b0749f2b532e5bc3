"""Boundary events sit on an activity beside them, and no two there catch the same (BPMN 2.0.2, 10.5.6)."""

from collections.abc import Iterable, Iterator

from engine.dialect.diagram import Diagram, Node
from engine.dialect.kinds import ACTIVITIES
from engine.dialect.xml import label_of, problem
from engine.errors import Problem
from engine.model import Syntax, Trigger


def attachments(diagram: Diagram) -> Iterator[Problem]:
    """Check that a boundary event sits on an activity of its own scope that can have one."""
    for node in diagram.of_kind("boundaryEvent"):
        reference = node.element.attached_to or ""
        host = diagram.nodes.get(reference)
        if host is None or host.element.scope != node.element.scope:
            message = f"{label_of(node.xml)} is attached to {reference!r}, which is not beside it."
            yield problem(node.xml, "dangling-reference", message, "Attach it to an activity.", field="attachedToRef")
            continue
        why = _no_host(host)
        if why:
            message = f"{label_of(node.xml)} is attached to {label_of(host.xml)}, which {why}."
            yield problem(
                node.xml, "misplaced-boundary", message, "Attach it to another activity.", field="attachedToRef"
            )


def _no_host(host: Node) -> str:
    if host.element.kind not in ACTIVITIES:
        return "is no activity"
    if host.element.by_event:
        return "is an event sub-process"
    return "is only run to compensate" if host.element.for_compensation else ""


def caught_twice(diagram: Diagram) -> Iterator[Problem]:
    """Check that it is clear which of several events catches."""
    for node in diagram.nodes.values():
        yield from _twice(diagram, node.attached, label_of(node.xml))
    for scope in diagram.scopes.values():
        inside = [diagram.scopes.get(node.element.id) for node in scope.nodes if node.element.by_event]
        starts = [each for inner in inside if inner for each in inner.nodes if each.element.kind == "startEvent"]
        yield from _twice(diagram, starts, label_of(scope.xml))


def _twice(diagram: Diagram, events: Iterable[Node], place: str) -> Iterator[Problem]:
    seen = set()
    for node in events:
        caught = None if node.element.id in diagram.unread else _caught(node)
        if caught is None:
            continue
        if caught in seen:
            trigger, what = caught
            which = f"the {trigger} {what!r}" if what else f"every {trigger}"
            message = f"Two events of {place} catch {which}."
            yield problem(node.xml, "caught-twice", message, "Remove one of them.")
        seen.add(caught)


def _caught(node: Node) -> tuple[Trigger, str] | None:
    """Return what the event catches, where two that catch the same would contradict each other."""
    event = node.element.event
    if event is None:
        return None
    match event.trigger:
        case Trigger.ERROR | Trigger.ESCALATION:
            return event.trigger, event.code or ""
        case Trigger.CANCEL | Trigger.COMPENSATION:
            return event.trigger, ""
        case Trigger.MESSAGE if event.name is not None and event.name.syntax is Syntax.LITERAL:
            return event.trigger, event.name.text
    return None


RULES = (attachments, caught_twice)
