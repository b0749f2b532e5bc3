"""Gateways decide completely, and what is behind an event-based gateway waits (BPMN 2.0.2, 10.6)."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram, Node
from engine.dialect.kinds import ACTIVITIES, DECIDING
from engine.dialect.xml import children, label_of, problem
from engine.errors import Problem
from engine.model import Trigger

_RACING = frozenset({Trigger.MESSAGE, Trigger.TIMER, Trigger.SIGNAL, Trigger.CONDITION})
"""What an event-based gateway can wait for (10.6.6)."""

_AT_LEAST = 2


def decisions(diagram: Diagram) -> Iterator[Problem]:
    """Check that each flow of a splitting gateway has a condition, but for the default, which has none."""
    for node in diagram.nodes.values():
        deciding = node.element.kind in DECIDING
        for flow in node.outgoing:
            xml = diagram.flow_xml[flow.id]
            conditional = next(children(xml, "conditionExpression"), None) is not None
            if flow.id == node.element.default and conditional:
                message = f"{label_of(xml)} is the default flow and has a condition."
                yield problem(xml, "condition-on-default", message, "Remove the condition.", field="condition")
            elif deciding and flow.id != node.element.default and not conditional and len(node.outgoing) > 1:
                message = f"{label_of(xml)} leaves {label_of(node.xml)} without a condition."
                yield problem(
                    xml, "no-condition", message, "Write a condition or make it the default flow.", field="condition"
                )


def defaults(diagram: Diagram) -> Iterator[Problem]:
    """Check that a default flow leaves the activity or deciding gateway that names it."""
    for node in diagram.nodes.values():
        default = node.element.default
        if default is None:
            continue
        if node.element.kind not in DECIDING | ACTIVITIES:
            message = f"{label_of(node.xml)} has a default flow."
            yield problem(node.xml, "misplaced-default", message, "Put an exclusive gateway after it.", field="default")
        elif all(flow.id != default for flow in node.outgoing):
            message = f"{label_of(node.xml)} has the default flow {default!r}, which does not leave it."
            yield problem(node.xml, "dangling-reference", message, "Choose one of its outgoing flows.", field="default")


def races(diagram: Diagram) -> Iterator[Problem]:
    """Check that an event-based gateway leads to at least two events, each of which only it leads to (10.6.6)."""
    for node in diagram.of_kind("eventBasedGateway"):
        if len(node.outgoing) < _AT_LEAST:
            message = f"{label_of(node.xml)} has {len(node.outgoing)} outgoing flows."
            yield problem(node.xml, "event-gateway", message, "Draw at least two events after it, or leave it out.")
        for flow in node.outgoing:
            target = diagram.nodes.get(flow.target)
            why = None if target is None else _cannot_race(target)
            if target is not None and why:
                message = f"{label_of(target.xml)} follows {label_of(node.xml)}, but {why}."
                remedy = "Draw a catch event for a message, timer, signal or condition, or a receive task."
                yield problem(target.xml, "event-gateway", message, remedy)


def _cannot_race(target: Node) -> str:
    element = target.element
    if element.kind not in {"intermediateCatchEvent", "receiveTask"}:
        return "it waits for no event"
    if element.kind == "intermediateCatchEvent" and target.trigger not in _RACING:
        return "it waits for nothing that happens outside"
    if len(target.incoming) > 1:
        return "something else leads to it, too"
    if target.attached:
        return "it has a boundary event"
    return "it is repeated" if element.loop is not None else ""


RULES = (decisions, defaults, races)
