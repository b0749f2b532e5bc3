"""A link leads from its throw events to its one catch event in the same scope (BPMN 2.0.2, 10.5.5.9)."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram, Node, Scope
from engine.dialect.xml import label_of, problem
from engine.errors import Problem
from engine.model import Trigger


def links(diagram: Diagram) -> Iterator[Problem]:
    """Check that every link has both ends, and one that it leads to."""
    for scope in diagram.scopes.values():
        throws, catches = _named(scope, "intermediateThrowEvent"), _named(scope, "intermediateCatchEvent")
        for name, nodes in throws.items():
            if name not in catches:
                message = f"{label_of(nodes[0].xml)} leads to the link {name!r}, which is not in the same scope."
                yield problem(
                    nodes[0].xml, "no-link-target", message, "Draw a link catch event of this name.", field="linkName"
                )
        for name, nodes in catches.items():
            if len(nodes) > 1:
                message = f"{len(nodes)} link catch events are named {name!r}."
                yield problem(
                    nodes[1].xml, "several-link-targets", message, "Give each its own name.", field="linkName"
                )


def _named(scope: Scope, kind: str) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in scope.nodes:
        event = node.element.event
        if node.element.kind == kind and event is not None and event.trigger is Trigger.LINK and event.name is not None:
            found.setdefault(event.name.text, []).append(node)
    return found


RULES = (links,)
