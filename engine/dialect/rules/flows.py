"""Sequence flows connect everything from the start to an end."""

from collections.abc import Iterator

from lxml import etree

from engine.dialect.diagram import Diagram
from engine.dialect.xml import id_of, kind_of, label_of, problem
from engine.errors import Problem

_GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway"})
_CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})


def ends(diagram: Diagram) -> Iterator[Problem]:
    """Check that both ends of a flow are nodes of the scope that it is drawn in."""
    places = {id_of(xml): xml for scope in diagram.scopes for xml in scope if kind_of(xml) and id_of(xml)}
    for flow in diagram.flows.values():
        xml = diagram.flow_xml[flow.id]
        for attribute, reference in (("sourceRef", flow.source), ("targetRef", flow.target)):
            end = places.get(reference)
            if end is None:
                message = f"{label_of(xml)} has the {attribute} {reference!r}, which is not in the process."
                yield problem(xml, "dangling-reference", message, "Draw the flow again or remove it.")
            elif end.getparent() is not xml.getparent():
                message = f"{label_of(xml)} crosses the border of a sub-process at {label_of(end)}."
                yield problem(xml, "flow-crosses-border", message, "End the flow at the sub-process itself.")


def doubled(diagram: Diagram) -> Iterator[Problem]:
    """Check that no two flows connect the same two nodes: the interpreter would count them as one."""
    seen = set()
    for flow in diagram.flows.values():
        if (flow.source, flow.target) in seen:
            xml = diagram.flow_xml[flow.id]
            message = f"{label_of(xml)} connects the same two elements as another flow."
            yield problem(xml, "duplicate-flow", message, "Remove one; join their conditions with or.")
        seen.add((flow.source, flow.target))


def conditions(diagram: Diagram) -> Iterator[Problem]:
    """Check that only flows that leave an exclusive or inclusive gateway have a condition."""
    for flow in diagram.flows.values():
        source = diagram.nodes.get(flow.source)
        if flow.condition is not None and source is not None and source.element.kind not in _CONDITIONAL:
            xml = diagram.flow_xml[flow.id]
            message = f"{label_of(xml)} has a condition but leaves {label_of(source.xml)}."
            yield problem(xml, "misplaced-condition", message, "Put an exclusive gateway before it.")


def leaving(diagram: Diagram) -> Iterator[Problem]:
    """Check that every node but an end is left, and only gateways are left in several ways."""
    for node in diagram.nodes.values():
        count, kind = len(node.outgoing), node.element.kind
        if kind == "endEvent":
            if count:
                message = f"{label_of(node.xml)} has an outgoing flow."
                yield problem(node.xml, "end-continues", message, "Remove the flow or replace the end event.")
        elif count == 0:
            message = f"Nothing follows {label_of(node.xml)}."
            yield problem(node.xml, "no-outgoing-flow", message, "Connect it to the next element or to an end event.")
        elif count > 1 and kind not in _GATEWAYS:
            message = f"{label_of(node.xml)} has {count} outgoing flows."
            yield problem(node.xml, "several-outgoing-flows", message, "Put a gateway after it.")


def entering(diagram: Diagram) -> Iterator[Problem]:
    """Check that start and boundary events are not entered by a flow."""
    for node in diagram.of_kind("startEvent", "boundaryEvent"):
        if node.incoming:
            message = f"{label_of(node.xml)} has an incoming flow."
            yield problem(node.xml, "event-entered", message, "Connect the flow to the element after the event.")


def reachable(diagram: Diagram) -> Iterator[Problem]:
    """Check that every node can be reached from the start of its scope."""
    for scope in diagram.scopes:
        reached = _reached(diagram, scope)
        for node in diagram.within(scope):
            if node.element.id not in reached:
                message = f"No flow from the start event leads to {label_of(node.xml)}."
                yield problem(node.xml, "unreachable", message, "Connect it or remove it.")


def _reached(diagram: Diagram, scope: etree._Element) -> set[str]:
    nodes = {node.element.id: node for node in diagram.within(scope)}
    attached: dict[str, list[str]] = {}
    for identifier, node in nodes.items():
        if node.element.kind == "boundaryEvent":
            attached.setdefault(node.xml.get("attachedToRef", ""), []).append(identifier)
    ahead = [identifier for identifier, node in nodes.items() if node.element.kind == "startEvent"]
    # An event that is attached to nothing has its own problem; what follows it should not get another.
    ahead += [identifier for host, events in attached.items() if host not in nodes for identifier in events]
    # The same holds for what follows an element that is not run.
    ahead += [flow.target for flow in diagram.flows.values() if flow.source not in diagram.nodes]
    reached: set[str] = set()
    while ahead:
        identifier = ahead.pop()
        if identifier in nodes and identifier not in reached:
            reached.add(identifier)
            ahead += [flow.target for flow in nodes[identifier].outgoing]
            ahead += attached.get(identifier, [])
    return reached


RULES = (ends, doubled, conditions, leaving, entering, reachable)
