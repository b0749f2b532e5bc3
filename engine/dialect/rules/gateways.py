"""Gateways decide completely: every way out has a condition or is the default."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram
from engine.dialect.xml import children, label_of, problem
from engine.errors import Problem


def decisions(diagram: Diagram) -> Iterator[Problem]:
    """Check that each flow of a splitting gateway has a condition, but for the default, which has none."""
    for node in diagram.of_kind("exclusiveGateway", "inclusiveGateway"):
        default = node.xml.get("default")
        for flow in node.outgoing:
            xml = diagram.flow_xml[flow.id]
            conditional = next(children(xml, "conditionExpression"), None) is not None
            if flow.id == default and conditional:
                message = f"{label_of(xml)} is the default flow and has a condition."
                yield problem(xml, "condition-on-default", message, "Remove the condition.")
            elif flow.id != default and not conditional and len(node.outgoing) > 1:
                message = f"{label_of(xml)} leaves {label_of(node.xml)} without a condition."
                yield problem(xml, "no-condition", message, "Write a condition or make it the default flow.")


def defaults(diagram: Diagram) -> Iterator[Problem]:
    """Check that a default flow leaves the exclusive or inclusive gateway that names it."""
    for node in diagram.nodes.values():
        default = node.xml.get("default")
        if default is None:
            continue
        if node.element.kind not in {"exclusiveGateway", "inclusiveGateway"}:
            message = f"{label_of(node.xml)} has a default flow."
            yield problem(node.xml, "misplaced-default", message, "Put an exclusive gateway after it.")
        elif default not in {flow.id for flow in node.outgoing}:
            message = f"{label_of(node.xml)} has the default flow {default!r}, which does not leave it."
            yield problem(node.xml, "dangling-reference", message, "Choose one of its outgoing flows.")


def mixed(diagram: Diagram) -> Iterator[Problem]:
    """Check that a parallel or inclusive gateway either joins or splits."""
    for node in diagram.of_kind("parallelGateway", "inclusiveGateway"):
        if len(node.incoming) > 1 and len(node.outgoing) > 1:
            message = f"{label_of(node.xml)} joins and splits at once."
            yield problem(node.xml, "mixed-gateway", message, "Draw two gateways, one after the other.")


RULES = (decisions, defaults, mixed)
