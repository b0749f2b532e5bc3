"""Sequence flows connect everything from the start to an end (BPMN 2.0.2, 8.4.13)."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram, Node, Scope
from engine.dialect.kinds import ACTIVITIES, DECIDING, GATEWAYS
from engine.dialect.xml import id_of, kind_of, label_of, problem
from engine.errors import Problem, Severity
from engine.model import Trigger

_CONDITIONAL = ACTIVITIES | DECIDING
"""What may be left by a flow with a condition."""
_LEFT = GATEWAYS | {"boundaryEvent"}


def ends(diagram: Diagram) -> Iterator[Problem]:
    """Check that both ends of a flow are nodes of the scope that it is drawn in."""
    places = {id_of(xml): xml for scope in diagram.scopes.values() for xml in scope.xml if kind_of(xml) and id_of(xml)}
    for flow in diagram.flows.values():
        xml = diagram.flow_xml[flow.id]
        for attribute, reference in (("sourceRef", flow.source), ("targetRef", flow.target)):
            end = places.get(reference)
            if end is None:
                message = f"{label_of(xml)} has the {attribute} {reference!r}, which is not in the process."
                yield problem(xml, "dangling-reference", message, "Draw the flow again or remove it.")
            elif end.getparent() is not xml.getparent():
                message = f"{label_of(xml)} crosses the border of a process or sub-process at {label_of(end)}."
                remedy = "End the flow at the sub-process itself; between pools, send a message."
                yield problem(xml, "flow-crosses-border", message, remedy)
            elif reference in diagram.flows:
                message = f"{label_of(xml)} has the {attribute} {reference!r}, which is a flow."
                yield problem(xml, "dangling-reference", message, "Draw the flow again or remove it.")


def conditions(diagram: Diagram) -> Iterator[Problem]:
    """Check that only flows off an activity or a deciding gateway have a condition."""
    for flow in diagram.flows.values():
        source = diagram.nodes.get(flow.source)
        if flow.condition is not None and source is not None and source.element.kind not in _CONDITIONAL:
            xml = diagram.flow_xml[flow.id]
            message = f"{label_of(xml)} has a condition but leaves {label_of(source.xml)}."
            yield problem(xml, "misplaced-condition", message, "Put an exclusive gateway before it.")


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
    if element.for_compensation:
        return "it is only run to compensate"
    return "it is started by an event" if element.by_event else ""


def entering(diagram: Diagram) -> Iterator[Problem]:
    """Check that what an event starts is not entered by a flow."""
    for node in diagram.nodes.values():
        why = _never_entered(node)
        if why and node.incoming:
            message = f"{label_of(node.xml)} has an incoming flow, but {why}."
            yield problem(node.xml, "event-entered", message, "Connect the flow to the element after it.")


def _never_entered(node: Node) -> str:
    element, trigger = node.element, node.trigger
    if element.kind == "startEvent":
        return "it is a start"
    if element.kind == "boundaryEvent":
        return "it happens while its activity runs"
    if element.kind == "intermediateCatchEvent" and trigger is Trigger.LINK:
        return "the other end of its link leads to it"
    if element.for_compensation:
        return "it is only run to compensate"
    return "it is started by an event" if element.by_event else ""


def only_conditions(diagram: Diagram) -> Iterator[Problem]:
    """Warn of an activity that is left by conditions alone: when none of them holds, the instance stops."""
    for node in diagram.of_kind(*ACTIVITIES):
        if node.outgoing and node.element.default is None and all(flow.condition for flow in node.outgoing):
            message = f"Every flow that leaves {label_of(node.xml)} has a condition."
            remedy = "Make one the default flow, for when none of them holds."
            yield problem(node.xml, "no-default", message, remedy, severity=Severity.WARNING)


def reachable(diagram: Diagram) -> Iterator[Problem]:
    """Check that every node can be reached from where its scope begins."""
    for scope in diagram.scopes.values():
        begins = list(_begins(scope))
        if scope.nodes and not begins and not _surrounded(diagram, scope):
            message = f"{label_of(scope.xml)} begins nowhere: something leads to every element in it."
            yield problem(scope.xml, "no-start", message, "Draw a start event.")
            continue
        reached = _reached(diagram, scope, begins)
        for node in scope.nodes:
            if node.element.id not in reached:
                message = f"Nothing leads to {label_of(node.xml)}."
                yield problem(node.xml, "unreachable", message, "Connect it or remove it.")


def _begins(scope: Scope) -> Iterator[Node]:
    """Return where a scope begins: at its start events; without one, at every node that nothing leads to.

    BPMN 2.0.2, 10.5.2 (start events may be left out, all together or not at all) and 10.3.5 (ad-hoc sub-processes).
    """
    starts = [node for node in scope.nodes if node.element.kind == "startEvent"]
    yield from starts or [node for node in scope.nodes if not node.incoming and not _apart(node)]


def _apart(node: Node) -> bool:
    """Tell whether something else than a flow leads to the node."""
    return bool(_never_entered(node))


def _surrounded(diagram: Diagram, scope: Scope) -> bool:
    """Tell whether an element that is not run leads into the scope: it has its own problem."""
    return any(flow.source not in diagram.nodes for flow in scope.flows)


def _reached(diagram: Diagram, scope: Scope, begins: list[Node]) -> set[str]:
    nodes = {node.element.id: node for node in scope.nodes}
    links = _links(scope)
    ahead = [node.element.id for node in begins]
    ahead += [node.element.id for node in scope.nodes if node.element.by_event]
    # What is attached to nothing, or follows an element that is not run, has its own problem.
    ahead += [each for each, node in nodes.items() if node.element.kind == "boundaryEvent" and not _host(diagram, node)]
    ahead += [flow.target for flow in scope.flows if flow.source not in diagram.nodes]
    reached: set[str] = set()
    while ahead:
        identifier = ahead.pop()
        node = nodes.get(identifier)
        if node is None or identifier in reached:
            continue
        reached.add(identifier)
        ahead += [flow.target for flow in node.outgoing]
        ahead += [boundary.element.id for boundary in node.attached]
        ahead += diagram.associated.get(identifier, ()) if node.element.kind == "boundaryEvent" else ()
        ahead += links.get(_link_name(node), ()) if node.element.kind == "intermediateThrowEvent" else ()
    return reached


def _host(diagram: Diagram, node: Node) -> bool:
    host = diagram.nodes.get(node.element.attached_to or "")
    return host is not None and host.element.scope == node.element.scope


def _links(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in scope.nodes:
        if node.element.kind == "intermediateCatchEvent" and _link_name(node):
            found.setdefault(_link_name(node), []).append(node.element.id)
    return found


def _link_name(node: Node) -> str:
    event = node.element.event
    return event.name.text if event is not None and event.trigger is Trigger.LINK and event.name is not None else ""


RULES = (ends, conditions, leaving, entering, only_conditions, reachable)
