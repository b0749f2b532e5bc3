"""Everything can be reached from where its scope begins."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram, Node, Scope
from engine.dialect.rules.flows import never_entered
from engine.dialect.xml import label_of, problem
from engine.errors import Problem
from engine.model import Trigger


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
    yield from starts or [node for node in scope.nodes if not node.incoming and not never_entered(node)]


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


RULES = (reachable,)
