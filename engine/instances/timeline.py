"""The history of an instance as its steps: from when to when, and what came of each.

The history says when an element was left. When a token came to it, it says for forms only; elsewhere it is when the
element before it was left, because a token is at the next one in the same step.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.instances.history import Event
from engine.instances.records import HistoryEntry, Place
from engine.model import Process


class Outcome(StrEnum):
    """What came of a step."""

    OPEN = "open"
    """A token is there."""
    STOPPED = "stopped"
    """An incident; a token is there."""
    DONE = "done"
    SKIPPED = "skipped"
    MOVED = "moved"
    """Its token was taken to another element."""
    INTERRUPTED = "interrupted"
    """By an event at its border, or by the end of the instance."""
    NOTED = "noted"
    """No step: something that happened to the whole instance."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One visit of an element, or one thing that happened to the whole instance."""

    element_id: str | None
    begun_at: datetime
    ended_at: datetime | None
    outcome: Outcome
    entries: tuple[HistoryEntry, ...]
    """What happened meanwhile, the oldest first; without that it was left, which the outcome says."""

    @property
    def refused(self) -> int:
        """How many submissions were refused."""
        return sum(each.event == Event.REFUSED for each in self.entries)


_LEAVES = {Event.COMPLETED: Outcome.DONE, Event.MOVED: Outcome.MOVED}
_OF_STEPS = frozenset(
    {Event.WAITING, Event.SUBMITTED, Event.REFUSED, Event.INCIDENT, Event.RETRIED, Event.RECEIVED, Event.SKIPPED}
)
_OVER = frozenset({Event.CANCELLED, Event.EXPIRED, Event.ENDED})


@dataclass(slots=True)
class _Visit:
    element_id: str | None
    begun_at: datetime
    entries: list[HistoryEntry] = field(default_factory=list)
    ended_at: datetime | None = None
    outcome: Outcome = Outcome.OPEN

    def has(self, event: Event) -> bool:
        return any(each.event == event for each in self.entries)


class _Reader:
    def __init__(self, process: Process | None) -> None:
        self.visits: list[_Visit] = []
        self._left: dict[str, datetime] = {}
        self._elements = process.elements if process else {}
        self._before: dict[str, set[str]] = {}
        for flow in process.flows.values() if process else ():
            self._before.setdefault(flow.target, set()).add(flow.source)

    def read(self, entry: HistoryEntry) -> None:
        event, element_id = Event(entry.event), entry.element_id
        if event in _LEAVES and element_id is not None:
            self._leave(entry, element_id, _LEAVES[event])
        elif event in _OF_STEPS and element_id is not None:
            self._visit(element_id, entry).entries.append(entry)
        elif event is Event.THROWN and element_id is not None:
            # Said after the element was left, in the same step.
            visit = next((each for each in reversed(self.visits) if each.element_id == element_id), None)
            (visit or self._new(element_id, entry.at)).entries.append(entry)
        else:
            if event in _OVER:
                for visit in self._open():
                    visit.ended_at, visit.outcome = entry.at, Outcome.INTERRUPTED
            self.visits.append(_Visit(element_id, entry.at, [entry], entry.at, Outcome.NOTED))

    def stands(self, place: Place) -> None:
        """Note where a token is that the history does not know of yet."""
        if not any(self._open(place.element_id)):
            since = self._came(place.element_id) or max((each.begun_at for each in self.visits), default=place.due)
            if since is not None:
                self._new(place.element_id, since)

    def _leave(self, entry: HistoryEntry, element_id: str, outcome: Outcome) -> None:
        visits = [*self._open(element_id)]
        visit = next((each for each in visits if each.has(Event.SUBMITTED)), None) or next(iter(visits), None)
        visit = visit or self._new(element_id, self._came(element_id) or entry.at)
        skipped = outcome is Outcome.DONE and visit.has(Event.SKIPPED)
        visit.ended_at, visit.outcome = entry.at, Outcome.SKIPPED if skipped else outcome
        if outcome is Outcome.DONE:
            self._left[element_id] = entry.at
            element = self._elements.get(element_id)
            if element is not None and element.attached_to is not None and element.interrupting:
                for host in self._open(element.attached_to):
                    host.ended_at, host.outcome = entry.at, Outcome.INTERRUPTED

    def _visit(self, element_id: str, entry: HistoryEntry) -> _Visit:
        """Return the visit that an entry belongs to: a form that waits anew is another one."""
        visits = [*self._open(element_id)]
        if entry.event == Event.WAITING:
            visits = [each for each in visits if not each.has(Event.WAITING)]
        return visits[0] if visits else self._new(element_id, self._came(element_id) or entry.at)

    def _new(self, element_id: str, begun_at: datetime) -> _Visit:
        self.visits.append(_Visit(element_id, begun_at))
        return self.visits[-1]

    def _open(self, element_id: str | None = None) -> Iterator[_Visit]:
        for each in self.visits:
            if each.outcome is Outcome.OPEN and element_id in {None, each.element_id}:
                yield each

    def _came(self, element_id: str) -> datetime | None:
        """Return when a token came to an element: when one before it was left last."""
        element = self._elements.get(element_id)
        if element is not None and element.attached_to is not None:
            host = next(self._open(element.attached_to), None)
            return host.begun_at if host else None
        return max((self._left[each] for each in self._before.get(element_id, ()) if each in self._left), default=None)


def stages(history: Iterable[HistoryEntry], places: Iterable[Place], process: Process | None) -> tuple[Stage, ...]:
    """Return the steps of an instance, as they began; without its `process`, each begins when it is first heard of."""
    reader = _Reader(process)
    for entry in history:
        reader.read(entry)
    failed = set()
    for place in places:
        reader.stands(place)
        failed |= {place.element_id} if place.failed else set()
    found = []
    for visit in reader.visits:
        stopped = visit.outcome is Outcome.OPEN and visit.element_id in failed
        outcome = Outcome.STOPPED if stopped else visit.outcome
        found.append(Stage(visit.element_id, visit.begun_at, visit.ended_at, outcome, tuple(visit.entries)))
    return tuple(sorted(found, key=lambda each: each.begun_at))
