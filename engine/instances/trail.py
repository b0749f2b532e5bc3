"""Which way an instance has gone through its diagram."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.instances.history import Event
from engine.instances.records import InstanceDetail
from engine.model import Process

_RACE = "eventBasedGateway"
"""What follows it waits; the flow that was taken is the one to what happened."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The diagram of an instance, and what of it was passed."""

    content: bytes
    """The file, as it was deployed."""
    passed: tuple[str, ...] = ()
    """The elements that ran to their end, in the order in which they did so first."""
    flows: tuple[str, ...] = ()
    """The sequence flows that were taken."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of the elements, or their ids when they have none."""


def trail(content: bytes, process: Process | None, detail: InstanceDetail) -> Trail:
    """Return the way of an instance, as far as its history says; without a `process` nothing is known.

    What a called process did is in the history of the one that calls it: it is left out here, as far as the ids of its
    elements are others.
    """
    if process is None:
        return Trail(content)
    done: dict[str, set[str]] = {}
    for each in detail.history:
        element_id = each.element_id or ""
        if each.event == Event.COMPLETED and element_id in process.elements:
            done.setdefault(element_id, set()).update((each.detail or "").split())
    names = {each.id: each.label for each in process.elements.values()}
    return Trail(content, tuple(done), tuple(_flows(process, done)), names)


def _flows(process: Process, done: Mapping[str, set[str]]) -> Iterator[str]:
    ways: dict[str, int] = {}
    for flow in process.flows.values():
        ways[flow.source] = ways.get(flow.source, 0) + 1
    for flow in process.flows.values():
        if flow.source not in done:
            continue
        raced = process.elements[flow.source].kind == _RACE and flow.target in done
        if ways[flow.source] == 1 or flow.id in done[flow.source] or raced:
            yield flow.id
