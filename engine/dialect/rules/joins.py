"""Parallel joins that can never complete.

A parallel gateway waits for a token on each incoming flow (BPMN 2.0.2, 13.4.1). Two cases are decided, and only these:

* Nothing before the join makes several tokens of one: no split, no non-interrupting boundary event. Then one token at
  most ever arrives.
* Two of its flows come from the same exclusive or event-based gateway, with nothing but single steps between, and
  nothing before that gateway makes several tokens. Then a token arrives on one of the two.

Both are certain, for every course of the process. Other joins may or may not complete, and nothing is said of them.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.dialect.diagram import Diagram, Node, Scope
from engine.dialect.xml import label_of, problem
from engine.errors import Problem

MAXIMUM_SUSPECTS = 50
"""How many joins of one scope are looked at for the second case: each takes a walk through the whole scope."""

_CHOOSE_ONE = frozenset({"exclusiveGateway", "eventBasedGateway"})
_Graph = Mapping[str, Iterable[str]]


def joins(diagram: Diagram) -> Iterator[Problem]:
    """Check that a parallel join can complete, where that can be decided."""
    for scope in diagram.scopes.values():
        joining = [node for node in scope.nodes if _joins(node)]
        if not joining or _is_odd(diagram, scope):
            continue
        several = _several_before(scope)
        suspects = []
        for node in joining:
            choice = _choice_before(diagram, node)
            if several.get(node.element.id) is False:
                message = f"{label_of(node.xml)} waits for {len(node.incoming)} tokens, but nothing before it splits."
                yield problem(node.xml, "endless-wait", message, "Use an exclusive gateway, or none, to join.")
            elif choice is not None:
                suspects.append((node, *choice))
        for node, split, between in suspects[:MAXIMUM_SUSPECTS]:
            if _never_both(scope, node, split, between):
                message = f"{label_of(node.xml)} waits for two flows, but {label_of(split.xml)} takes only one of them."
                yield problem(node.xml, "endless-wait", message, "Join them with an exclusive gateway first.")


def _is_odd(diagram: Diagram, scope: Scope) -> bool:
    """Tell whether tokens may come from elsewhere: several beginnings at once, links, or what is not run."""
    starts = any(node.element.kind == "startEvent" for node in scope.nodes)
    links = any(node.element.kind == "intermediateCatchEvent" and not node.incoming for node in scope.nodes)
    return not starts or links or any(flow.source not in diagram.nodes for flow in scope.flows)


def _joins(node: Node) -> bool:
    return node.element.kind == "parallelGateway" and len(node.incoming) > 1


def _several_before(scope: Scope) -> dict[str, bool]:
    """Return the nodes that a token can come to, each with whether something on its way made several tokens of it."""
    nodes = {node.element.id: node for node in scope.nodes}
    several: dict[str, bool] = {}
    ahead = [(node.element.id, False) for node in scope.nodes if node.element.kind == "startEvent"]
    while ahead:
        identifier, many = ahead.pop()
        node = nodes.get(identifier)
        if node is None or several.get(identifier) in {True, many}:
            continue
        several[identifier] = many
        # One token does not get past a join.
        if many or not _joins(node):
            ahead += [(each, many or _splits(node)) for each in _after(node)]
    return several


def _after(node: Node) -> list[str]:
    return [*(flow.target for flow in node.outgoing), *(each.element.id for each in node.attached)]


def _beside(node: Node) -> list[str]:
    """Return the boundary events that leave the activity running: each can happen many times."""
    return [each.element.id for each in node.attached if not each.element.interrupting]


def _splits(node: Node) -> bool:
    """Tell whether the node can make several tokens of one."""
    return bool(_beside(node)) or (len(node.outgoing) > 1 and node.element.kind not in _CHOOSE_ONE)


def _choice_before(diagram: Diagram, join: Node) -> tuple[Node, set[str]] | None:
    """Return the gateway that two of the incoming flows come from by single steps, with those steps."""
    seen: dict[str, set[str]] = {}
    for flow in join.incoming:
        source, steps = diagram.nodes.get(flow.source), set[str]()
        while source is not None and len(source.incoming) == len(source.outgoing) == 1:
            steps.add(source.element.id)
            source = diagram.nodes.get(source.incoming[0].source)
        if source is None or source.element.kind not in _CHOOSE_ONE:
            continue
        if source.element.id in seen:
            return source, seen[source.element.id] | steps
        seen[source.element.id] = steps
    return None


def _never_both(scope: Scope, join: Node, split: Node, between: set[str]) -> bool:
    """Tell whether one token at most ever comes to `split`, so that it takes only one way to `join`."""
    before: dict[str, list[str]] = {}
    for node in scope.nodes:
        # What is behind the join does not happen before it completes.
        for each in _after(node) if node is not join else ():
            before.setdefault(each, []).append(node.element.id)
    leading = _reached_from([split.element.id], before)
    return leading.isdisjoint(between) and not any(
        any(each in leading for each in _beside(node))
        or (_splits(node) and sum(each in leading for each in _after(node)) > 1)
        for node in scope.nodes
    )


def _reached_from(starts: Iterable[str], graph: _Graph) -> set[str]:
    reached: set[str] = set()
    ahead = list(starts)
    while ahead:
        identifier = ahead.pop()
        if identifier not in reached:
            reached.add(identifier)
            ahead += graph.get(identifier, ())
    return reached


RULES = (joins,)
