"""How often an activity runs is said completely (BPMN 2.0.2, 10.3.8)."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram, Node
from engine.dialect.rules.values import fixed_values
from engine.dialect.xml import label_of, problem
from engine.errors import Problem
from engine.model import MultiInstance, StandardLoop
from engine.variables import is_name


def several_times(diagram: Diagram) -> Iterator[Problem]:
    """Check that a repeated activity says how often, and where its items and results are."""
    for node in diagram.nodes.values():
        if node.element.id in diagram.unread:
            continue
        match node.element.loop:
            case MultiInstance() as loop:
                yield from _multi_instance(node, loop)
            case StandardLoop(condition=None, maximum=None):
                message = f"{label_of(node.xml)} is repeated without an end."
                yield problem(
                    node.xml, "endless-loop", message, "Write a condition or a maximum.", field="loopCondition"
                )


def _multi_instance(node: Node, loop: MultiInstance) -> Iterator[Problem]:
    if (loop.collection is None) == (loop.cardinality is None):
        how = "neither a collection nor" if loop.collection is None else "both a collection and"
        message = f"{label_of(node.xml)} has {how} a cardinality."
        yield problem(node.xml, "multi-instance", message, "Give it one of the two.", field="collection")
    if loop.item is not None and loop.collection is None:
        message = f"{label_of(node.xml)} names an item, but has no collection."
        yield problem(
            node.xml, "multi-instance", message, "Give it a collection or remove the item.", field="inputElement"
        )
    if loop.item is not None and (not is_name(loop.item) or loop.item.startswith("_")):
        message = f"{label_of(node.xml)} calls its item {loop.item!r}, which cannot name a variable."
        yield problem(
            node.xml,
            "bad-variable",
            message,
            "Use letters, digits and underscores, a letter first.",
            field="inputElement",
        )
    if (loop.output_collection is None) != (loop.output_item is None):
        message = f"{label_of(node.xml)} has an output collection without an output element, or the other way round."
        yield problem(node.xml, "multi-instance", message, "Fill both or neither.", field="outputCollection")
    for value in fixed_values(loop.cardinality) if loop.cardinality is not None else ():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            message = f"{label_of(node.xml)} is to run {value} times."
            yield problem(
                node.xml,
                "multi-instance",
                message,
                "Write a whole number, or an expression for one.",
                field="cardinality",
            )


RULES = (several_times,)
