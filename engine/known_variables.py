"""Which process variables are known at which place of a drawing: what an editor offers while somebody types.

Known at an element is what something upstream of it may have set: an activity, a form, a script, an output, a repeated
activity, a message whose sender is in the file, the process token. Upstream is what a token can have passed before:
backwards over flows, boundary events, links, sub-processes and event sub-processes. What an element itself sets is
known behind it. Nothing is executed, so what is known may still be null when the process runs.

The drawing is walked once. Each element and each scope is two vertices of a graph; vertices on a circle know the same,
and their components come in an order in which each has heard from all before it. What is known is a set of bits, one
for each vertex that sets something.
"""

from collections.abc import Iterator, Mapping

from engine.activity import Activity
from engine.dialect import reader
from engine.dialect.diagram import Diagram, Node, Scope
from engine.dialect.drawing import draw
from engine.errors import InvalidDeployment
from engine.graph import components
from engine.model import Trigger
from engine.set_variables import FormAnswers, Setting, carried, known_within, set_by, set_by_start

Variables = dict[str, list[dict[str, str]]]
"""By the id of an element or flow: what is known there, each with `path`, `from` and `type`."""

MAXIMUM_NODES = 2000
"""How many flow nodes a file may have to be looked at; more are not deployed either."""
MAXIMUM_HERE = 200
"""How many variables are told of one place: those that were set last before it."""
MAXIMUM_TOLD = 50_000
"""How many variables are told of all places together."""


def variables(content: bytes, activities: Mapping[str, type[Activity]], answers: FormAnswers) -> Variables:
    """Return what is known at each element and sequence flow of a file.

    What cannot be read is left out; this never fails for what is in the file.
    """
    try:
        diagram = draw(reader.parse(content), activities)
    except InvalidDeployment:
        return {}
    if not 1 <= len(diagram.nodes) <= MAXIMUM_NODES:
        return {}
    graph = _Graph(diagram)
    nodes = diagram.nodes.values()
    sent = carried(each.element for each in nodes)
    settings = {graph.after(each): [*set_by(each.element, activities, answers, sent)] for each in nodes}
    settings |= {graph.begin(each): [*set_by_start()] for each in diagram.scopes.values() if _by_token(each)}
    known = _Known(graph.successors, settings)
    return dict(_told(diagram, graph, known, activities))


def _told(
    diagram: Diagram, graph: "_Graph", known: "_Known", activities: Mapping[str, type[Activity]]
) -> Iterator[tuple[str, list[dict[str, str]]]]:
    limit = min(MAXIMUM_HERE, MAXIMUM_TOLD // (len(diagram.nodes) + len(diagram.flows)))
    within: dict[str, list[Setting]] = {}
    # A scope comes after the one that it is in.
    for scope in diagram.scopes.values():
        element = scope.element
        outer = [] if element is None else within.get(element.scope, [])
        within[scope.id] = [*outer, *([] if element is None else known_within(element, activities))]
    for node in diagram.nodes.values():
        here = [*within.get(node.element.scope, []), *known_within(node.element, activities)]
        yield node.element.id, _shown([*known.at(graph.before(node), limit), *here], limit)
    for scope in diagram.scopes.values():
        for flow in scope.flows:
            source = diagram.nodes.get(flow.source)
            if source is not None:
                yield flow.id, _shown([*known.at(graph.after(source), limit), *within[scope.id]], limit)


def _shown(found: list[Setting], limit: int) -> list[dict[str, str]]:
    by_path = {each.path: each for each in found}
    return [{"path": each.path, "from": each.by, "type": each.kind} for each in [*by_path.values()][-limit:]]


def _by_token(scope: Scope) -> bool:
    """Tell whether a person can begin it with a link: a process with a plain start event, or without any."""
    starts = [each for each in scope.nodes if each.element.kind == "startEvent"]
    return scope.element is None and (not starts or any(each.element.event is None for each in starts))


class _Graph:
    """What comes after what: before and after each element, at the beginning of each scope and anywhere in it."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._nodes = {each: 2 * number for number, each in enumerate(diagram.nodes)}
        self._scopes = {each: 2 * (len(diagram.nodes) + number) for number, each in enumerate(diagram.scopes)}
        self.successors: list[list[int]] = [[] for _ in range(2 * (len(diagram.nodes) + len(diagram.scopes)))]
        for scope in diagram.scopes.values():
            self._connect(scope)

    def before(self, node: Node) -> int:
        return self._nodes[node.element.id]

    def after(self, node: Node) -> int:
        return self.before(node) + 1

    def begin(self, scope: Scope) -> int:
        return self._scopes[scope.id]

    def anywhere(self, scope: Scope) -> int:
        return self.begin(scope) + 1

    def _lead(self, one: int, other: int) -> None:
        self.successors[one].append(other)

    def _connect(self, scope: Scope) -> None:
        own = None if scope.element is None else self._diagram.nodes.get(scope.id)
        if own is not None:
            self._lead(self.before(own), self.begin(scope))
            self._lead(self.anywhere(scope), self.after(own))
        links = {_link(each): each for each in scope.nodes if each.element.kind == "intermediateCatchEvent"}
        for node in scope.nodes:
            self._lead(self.before(node), self.after(node))
            self._lead(self.after(node), self.anywhere(scope))
            if node.element.by_event:
                self._lead(self.anywhere(scope), self.before(node))
            if node.element.by_event or not (node.incoming or node.element.kind == "boundaryEvent"):
                self._lead(self.begin(scope), self.before(node))
            for flow in node.outgoing:
                if flow.target in self._diagram.nodes:
                    self._lead(self.after(node), self.before(self._diagram.nodes[flow.target]))
            if node.element.kind == "intermediateThrowEvent" and _link(node) and _link(node) in links:
                self._lead(self.after(node), self.before(links[_link(node)]))
            for boundary in node.attached:
                self._attach(node, boundary)

    def _attach(self, host: Node, boundary: Node) -> None:
        self._lead(self.before(host), self.before(boundary))
        inside = self._diagram.scopes.get(host.element.id)
        if inside is not None:
            self._lead(self.anywhere(inside), self.before(boundary))
        if boundary.trigger is Trigger.COMPENSATION:
            # It is undone after it was done.
            self._lead(self.after(host), self.before(boundary))
            for each in self._diagram.associated.get(boundary.element.id, ()):
                if each in self._diagram.nodes:
                    self._lead(self.after(boundary), self.before(self._diagram.nodes[each]))


def _link(node: Node) -> str:
    event = node.element.event
    return event.name.text if event is not None and event.trigger is Trigger.LINK and event.name is not None else ""


class _Known:
    """What is known at each vertex."""

    def __init__(self, successors: list[list[int]], settings: Mapping[int, list[Setting]]) -> None:
        ordered = components(successors)
        self._setters = [each for component in ordered for each in component if settings.get(each)]
        self._settings = [{each.path: each for each in settings[vertex]} for vertex in self._setters]
        paths = dict.fromkeys(path for each in self._settings for path in each)
        self._paths = list(paths)
        number = {path: place for place, path in enumerate(self._paths)}
        self._by_path = [0] * len(self._paths)
        """Of each path, the bits of those who set it."""
        own = dict.fromkeys(range(len(successors)), (0, 0))
        for place, vertex in enumerate(self._setters):
            bits = 0
            for path in self._settings[place]:
                bits |= 1 << number[path]
                self._by_path[number[path]] |= 1 << place
            own[vertex] = (1 << place, bits)
        self._known = _spread(successors, ordered, own)

    def at(self, vertex: int, limit: int) -> list[Setting]:
        """Return what is known there, what was set first before what was set later; not more than the last `limit`."""
        setters, paths = self._known[vertex]
        found: list[Setting] = []
        while paths and len(found) < limit:
            path = paths.bit_length() - 1
            paths ^= 1 << path
            last = (self._by_path[path] & setters).bit_length() - 1
            found.append(self._settings[last][self._paths[path]])
        return found[::-1]


def _spread(
    successors: list[list[int]], ordered: list[list[int]], own: Mapping[int, tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return, for each vertex, what it and everything that leads to it have of their own."""
    known = [own[each] for each in range(len(successors))]
    for component in ordered:
        setters, paths = 0, 0
        for each in component:
            setters |= known[each][0]
            paths |= known[each][1]
        for each in component:
            known[each] = setters, paths
            for following in successors[each]:
                known[following] = known[following][0] | setters, known[following][1] | paths
    return known
