"""The history of an instance as its steps: from when to when, and what came of each.

The history says when an element was left. When a token came to it, it says for forms only; elsewhere it is when the
element before it was left, because a token is at the next one in the same step.
"""

from collections import deque
from collections.abc import Iterable
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
    """Goes through the history once; what a token does at an element that others are at, too, is told by its turn."""

    def __init__(self, process: Process | None) -> None:
        self.visits: list[_Visit] = []
        self._open: dict[str, deque[_Visit]] = {}
        """Those that are not left yet, by element, in the order in which they began."""
        self._last: dict[str, _Visit] = {}
        self._left: dict[str, datetime] = {}
        self._elements = process.elements if process else {}
        self._before: dict[str, set[str]] = {}
        for flow in process.flows.values() if process else ():
            self._before.setdefault(flow.target, set()).add(flow.source)

    def read(self, entry: HistoryEntry) -> None:
        event, element_id = Event(entry.event), entry.element_id
        if element_id is not None and event in _LEAVES:
            self._leave(entry, element_id, _LEAVES[event])
        elif element_id is not None and event in _OF_STEPS:
            self._visit(element_id, entry).entries.append(entry)
        elif element_id is not None and event is Event.THROWN:
            # Said after the element was left, in the same step.
            visit = self._last.get(element_id) or self._begin(element_id, entry.at)
            visit.entries.append(entry)
        else:
            if event in _OVER:
                for each in list(self._open):
                    self._interrupt(each, entry.at)
            self.visits.append(_Visit(element_id, entry.at, [entry], entry.at, Outcome.NOTED))

    def stands(self, place: Place) -> None:
        """Note where a token is that the history does not know of yet."""
        if not self._open.get(place.element_id):
            since = self._came(place.element_id) or max((each.begun_at for each in self.visits), default=place.due)
            if since is not None:
                self._begin(place.element_id, since)

    def _leave(self, entry: HistoryEntry, element_id: str, outcome: Outcome) -> None:
        if not self._open.get(element_id):
            self._begin(element_id, self._came(element_id) or entry.at)
        visit = self._open[element_id].popleft()
        skipped = outcome is Outcome.DONE and visit.has(Event.SKIPPED)
        visit.ended_at, visit.outcome = entry.at, Outcome.SKIPPED if skipped else outcome
        if outcome is Outcome.DONE:
            self._left[element_id] = entry.at
            element = self._elements.get(element_id)
            if element is not None and element.attached_to is not None and element.interrupting:
                self._interrupt(element.attached_to, entry.at)

    def _interrupt(self, element_id: str, at: datetime) -> None:
        for visit in self._open.pop(element_id, ()):
            visit.ended_at, visit.outcome = at, Outcome.INTERRUPTED

    def _visit(self, element_id: str, entry: HistoryEntry) -> _Visit:
        """Return the visit that an entry belongs to: a form that waits anew is another one."""
        visits = self._open.get(element_id)
        if visits and entry.event != Event.WAITING:
            return visits[0]
        if visits and not visits[-1].has(Event.WAITING):
            return visits[-1]
        return self._begin(element_id, self._came(element_id) or entry.at)

    def _begin(self, element_id: str, at: datetime) -> _Visit:
        visit = _Visit(element_id, at)
        self.visits.append(visit)
        self._open.setdefault(element_id, deque()).append(visit)
        self._last[element_id] = visit
        return visit

    def _came(self, element_id: str) -> datetime | None:
        """Return when a token came to an element: when one before it was left last."""
        element = self._elements.get(element_id)
        if element is not None and element.attached_to is not None:
            host = self._open.get(element.attached_to)
            return host[0].begun_at if host else None
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
