"""What an instance reached of its diagrams, as it told while it ran."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.model import Process
from engine.spiff import Passed

_RACE = "eventBasedGateway"
"""What follows it waits; the flow that was taken is the one to what happened."""


@dataclass(frozen=True, slots=True)
class Visits:
    """How often parts of one process were reached, by their ids."""

    nodes: Counter[str] = field(default_factory=Counter)
    """The elements that ran to their end."""
    flows: Counter[str] = field(default_factory=Counter)


class Trace:
    """Hears what was passed; see `engine.instances.environment.Hear`."""

    def __init__(self) -> None:
        self.by_definition: dict[str, Visits] = {}
        self.path: list[str] = []
        """The elements that were passed, in their order."""

    def hear(self, definition_id: str, passed: Passed) -> None:
        """Note one element that was passed."""
        visits = self.by_definition.setdefault(definition_id, Visits())
        visits.nodes[passed.element.id] += 1
        visits.flows.update(passed.flows)
        self.path.append(passed.element.id)


def reached(process: Process, visits: Visits, stood: Iterable[str] = ()) -> Counter[str]:
    """Return how often each part of a process was reached, by its id.

    An element counts as reached, too, when a token `stood` there; when a boundary event took over from it; and when
    something inside of it was passed. What merely waits for its turn was not reached: a boundary event, or an event
    behind an event-based gateway.
    """
    hits = Counter(visits.nodes)
    raced = {flow.id: flow.target for flow in process.flows.values() if _is_race(process, flow.source)}
    for element in process.elements.values():
        if element.attached_to and (times := visits.nodes[element.id]):
            host = element.attached_to
            hits[host] = hits[host] + times if element.interrupting else max(hits[host], 1)
    for each in stood:
        if each in process.elements and each not in raced.values():
            hits[each] = max(hits[each], 1)
    for each in [each for each in hits if each in process.elements]:
        for around in _around(process, each):
            hits[around] = max(hits[around], 1)
    hits.update({each: times for each, times in visits.flows.items() if each in process.flows})
    hits.update({flow: visits.nodes[target] for flow, target in raced.items() if visits.nodes[target]})
    return hits


def _is_race(process: Process, element_id: str) -> bool:
    element = process.elements.get(element_id)
    return element is not None and element.kind == _RACE


def _around(process: Process, element_id: str) -> Iterator[str]:
    scopes: Mapping[str, str] = {each.id: each.scope for each in process.elements.values()}
    while (element_id := scopes.get(element_id, "")) in process.elements:
        yield element_id
