"""Sequence flows connect everything from the start to an end (BPMN 2.0.2, 8.4.13)."""

from collections.abc import Iterator

from lxml import etree

from engine.dialect.diagram import Diagram, Node
from engine.dialect.kinds import ACTIVITIES, BESIDE_NODES, DECIDING, GATEWAYS
from engine.dialect.xml import id_of, kind_of, label_of, problem
from engine.errors import Problem, Severity
from engine.model import Element, Trigger

_CONDITIONAL = ACTIVITIES | DECIDING
"""What may be left by a flow with a condition."""
_LEFT = GATEWAYS | {"boundaryEvent"}


def ends(diagram: Diagram) -> Iterator[Problem]:
    """Check that both ends of a flow are nodes of the scope that it is drawn in."""
    places: dict[str, etree._Element] = {}
    for scope in diagram.scopes.values():
        for drawn in scope.xml:
            if kind_of(drawn) and id_of(drawn):
                places.setdefault(id_of(drawn), drawn)
    for flow in diagram.flows.values():
        xml = diagram.flow_xml[flow.id]
        for attribute, reference in (("sourceRef", flow.source), ("targetRef", flow.target)):
            end = places.get(reference)
            if end is None:
                message = f"{label_of(xml)} has the {attribute} {reference!r}, which is not in the process."
                yield problem(xml, "dangling-reference", message, "Draw the flow again or remove it.", field=attribute)
            elif end.getparent() is not xml.getparent():
                message = f"{label_of(xml)} crosses the border of a process or sub-process at {label_of(end)}."
                remedy = "End the flow at the sub-process itself; between pools, send a message."
                yield problem(xml, "flow-crosses-border", message, remedy)
            elif kind_of(end) in BESIDE_NODES:
                message = f"{label_of(xml)} is connected with {label_of(end)}, which a token cannot come to."
                yield problem(xml, "dangling-reference", message, "Draw the flow again, or an association instead.")


def conditions(diagram: Diagram) -> Iterator[Problem]:
    """Check that only flows off an activity or a deciding gateway have a condition."""
    for flow in diagram.flows.values():
        source = diagram.nodes.get(flow.source)
        if flow.condition is not None and source is not None and source.element.kind not in _CONDITIONAL:
            xml = diagram.flow_xml[flow.id]
            message = f"{label_of(xml)} has a condition but leaves {label_of(source.xml)}."
            yield problem(xml, "misplaced-condition", message, "Put an exclusive gateway before it.", field="condition")


def leaving(diagram: Diagram) -> Iterator[Problem]:
    """Check that nothing leaves what ends, and something leaves a gateway or boundary event (10.5.4, 10.6).

    Everything else that nothing follows is an end of its own.
    """
    for node in diagram.nodes.values():
        why = _never_left(node)
        if why and node.outgoing:
            message = f"{label_of(node.xml)} has an outgoing flow, but {why}."
            yield problem(node.xml, "end-continues", message, "Remove the flow or replace the element.")
        elif not node.outgoing and not why and node.element.kind in _LEFT:
            message = f"Nothing follows {label_of(node.xml)}."
            yield problem(node.xml, "no-outgoing-flow", message, "Connect it to the next element or to an end event.")


def _never_left(node: Node) -> str:
    element, trigger = node.element, node.trigger
    if element.kind == "endEvent":
        return "it is an end"
    if element.kind == "intermediateThrowEvent" and trigger is Trigger.LINK:
        return "it goes on at the other end of its link"
    if element.kind == "boundaryEvent" and trigger is Trigger.COMPENSATION:
        return "its activity is connected by an association"
    return _begun_apart(element)


def entering(diagram: Diagram) -> Iterator[Problem]:
    """Check that what an event starts is not entered by a flow."""
    for node in diagram.nodes.values():
        why = never_entered(node)
        if why and node.incoming:
            message = f"{label_of(node.xml)} has an incoming flow, but {why}."
            yield problem(node.xml, "event-entered", message, "Connect the flow to the element after it.")


def never_entered(node: Node) -> str:
    """Return why no flow leads to the node, or nothing."""
    element, trigger = node.element, node.trigger
    if element.kind == "startEvent":
        return "it is a start"
    if element.kind == "boundaryEvent":
        return "it happens while its activity runs"
    if element.kind == "intermediateCatchEvent" and trigger is Trigger.LINK:
        return "the other end of its link leads to it"
    return _begun_apart(element)


def _begun_apart(element: Element) -> str:
    """Return what begins the element where no flow does, or nothing."""
    if element.for_compensation:
        return "it is only run to compensate"
    return "it is started by an event" if element.by_event else ""


def only_conditions(diagram: Diagram) -> Iterator[Problem]:
    """Warn of an activity that is left by conditions alone: when none of them holds, the instance stops."""
    for node in diagram.of_kind(*ACTIVITIES):
        if node.outgoing and node.element.default is None and all(flow.condition for flow in node.outgoing):
            message = f"Every flow that leaves {label_of(node.xml)} has a condition."
            remedy = "Make one the default flow, for when none of them holds."
            yield problem(node.xml, "no-default", message, remedy, severity=Severity.WARNING, field="default")


RULES = (ends, conditions, leaving, entering, only_conditions)
