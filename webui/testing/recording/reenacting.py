"""Goes the way of an instance again in an installation that is thrown away, one thing from outside after the other.

What happened by itself happens by itself again; where it goes another way, ways to have it go the same way are tried:
another answer to the form, another moment, and at last service tasks that come to what they came to then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from engine.instances import HistoryEntry, InstanceDetail
from engine.instances.history import Event
from engine.journey_test import Given, Message, Mock, Signal, Verb
from engine.model import Element, Trigger
from engine.throwaway import Result
from webui.testing.recording.original import Original
from webui.testing.recording.outcomes import outcome
from webui.testing.recording.personal import Personal
from webui.testing.recording.stage import Happened, Stage, Stand, happened
from webui.testing.recording.ways import Ways
from webui.testing.workshop import Beginning, Wanted, Workshop

ATTEMPTS = 24
"""In how many ways one thing is tried."""

MOCKED = 3
"""How many of those ways are tried with mocks."""

OPERATED = frozenset({Event.SKIPPED, Event.MOVED, Event.CHANGED, Event.MIGRATED, Event.CANCELLED, Event.EXPIRED})
"""What a journey test cannot say."""

_FROM_OUTSIDE = frozenset({Event.SUBMITTED, Event.REFUSED, Event.RECEIVED, Event.RETRIED})
_IGNORED = frozenset({Event.SUSPENDED, Event.RESUMED})
_SAID = {
    Event.SKIPPED: "An operator skipped {}",
    Event.MOVED: "An operator moved the token at {}",
    Event.CHANGED: "An operator set variables",
    Event.MIGRATED: "An operator moved it to another version",
    Event.CANCELLED: "An operator ended it",
    Event.EXPIRED: "It took too long and ended",
}


@dataclass(frozen=True, slots=True)
class Enacted:
    """How it went."""

    given: Given
    verbs: tuple[Verb, ...]
    notes: tuple[str, ...]
    matched: int
    """How much of the history it went through."""
    whole: bool
    """Whether that is all of it."""
    detail: InstanceDetail | None
    mocks: int

    @property
    def rank(self) -> tuple[int, int]:
        """What tells a better one: it goes farther, and needs less help."""
        return self.matched, -self.mocks


@dataclass(slots=True)
class _Choice:
    """One way to do one thing."""

    verbs: tuple[Verb, ...]
    mocks: Mapping[str, Result]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Reenactor:
    """Goes the way of one instance."""

    workshop: Workshop
    wanted: Wanted
    beginning: Beginning
    original: Original
    personal: Personal
    _stage: Stage = field(init=False)
    _expected: list[Happened] = field(default_factory=list)
    _entries: list[HistoryEntry] = field(default_factory=list)
    _ways: Ways = field(init=False)

    def __post_init__(self) -> None:
        self._stage = Stage(self.workshop, self.wanted, self.beginning, self.original.key)

    def enact(self, variables: Mapping[str, Any]) -> Enacted:
        """Go the whole way, or as far as it goes."""
        expected = [each for each in self.original.history if Event(each.event) not in _IGNORED]
        cut = next((index for index, each in enumerate(expected) if Event(each.event) in OPERATED), len(expected))
        notes = [_operated(expected[cut])] if cut < len(expected) else []
        self._ways = Ways(self._stage, self.original, self.personal, variables)
        self._expected, self._entries = [happened(each) for each in expected[:cut]], expected[:cut]
        given, stand, verbs = self._begin(variables, notes)
        mocks = len(given.mocks)
        while self._matches(stand) and len(stand.happened) < len(self._expected):
            chosen, after = self._next(stand)
            if chosen is None or after is None or len(after.happened) <= len(stand.happened):
                break
            verbs += chosen.verbs
            notes += [each for each in chosen.notes if each not in notes]
            mocks += len(chosen.mocks)
            stand = after
        matched = _common(stand.happened, self._expected)
        whole = matched == len(self._expected) == len(stand.happened) and cut == len(expected)
        if matched < len(self._expected):
            notes.append(self._lost(matched, stand))
        return Enacted(given, tuple(verbs), tuple(notes), matched, whole, stand.detail, mocks)

    def _begin(self, variables: Mapping[str, Any], notes: list[str]) -> tuple[Given, Stand, list[Verb]]:
        first = self._entries[0] if self._entries else None
        verbs: list[Verb] = []
        given = Given(variables, self.wanted.now, self.wanted.stores, self.wanted.policies)
        start = self.original.elements.get(first.element_id or "") if first is not None else None
        if start is not None and start.event is not None:
            given = replace(given, variables={})
            by = self._event(start, variables)
            verbs = [by] if by is not None else []
            if by is None:
                notes.append(f"{start.id}: what has started it cannot be said in a journey test.")
        best: tuple[Given, Stand] | None = None
        mocks: dict[str, Result] = {}
        for _ in range(ATTEMPTS):
            stand = self._stage.run(None, verbs, mocks, given.variables)
            if best is None or _common(stand.happened, self._expected) > _common(best[1].happened, self._expected):
                best = replace(given, mocks=dict(mocks)), stand
            more = self._mocks(stand, 0, mocks)
            if self._is_good(stand) or not more:
                break
            mocks |= more
        assert best is not None  # noqa: S101 - it was tried once at least
        given, stand = best
        notes += map(_mocked, given.mocks)
        verbs += self._unset(given.mocks)
        return given, stand, verbs

    def _event(self, start: Element, variables: Mapping[str, Any]) -> Verb | None:
        event = start.event
        name = event.name.text if event is not None and event.name is not None else ""
        match event.trigger if event is not None else None:
            case Trigger.MESSAGE:
                return Message(name, "", variables)
            case Trigger.SIGNAL:
                return Signal(name, variables)
        return None

    def _next(self, stand: Stand) -> tuple[_Choice | None, Stand | None]:
        """Find a way to have the next thing happen: without help first, then with service tasks that are mocked."""
        since = len(stand.happened)
        best: tuple[_Choice, Stand] | None = None
        tried: list[tuple[_Choice, Stand]] = []
        for verbs, notes in islice(self._ways.to(self._entries[since:], stand), ATTEMPTS):
            choice = _Choice(verbs, {}, notes)
            after = self._stage.run(stand, verbs, {})
            if self._is_good(after):
                return choice, after
            tried.append((choice, after))
        for choice, first in tried[:MOCKED]:
            mocks: dict[str, Result] = {}
            after = first
            while not self._is_good(after) and (more := self._mocks(after, since, mocks)):
                mocks |= more
                after = self._stage.run(stand, choice.verbs, mocks)
            said = (*choice.notes, *map(_mocked, mocks))
            made = _Choice((*_set(mocks), *choice.verbs, *self._unset(mocks)), mocks, said), after
            if self._is_good(after):
                return made
            if best is None or self._reached(after) > self._reached(best[1]):
                best = made
        return best if best is not None and self._reached(best[1]) > since else (None, None)

    def _reached(self, stand: Stand) -> int:
        return _common(stand.happened, self._expected)

    def _mocks(self, stand: Stand, since: int, before: Mapping[str, Result]) -> dict[str, Result]:
        """Return what elements came to then, where that is something else now."""
        matched = _common(stand.happened, self._expected)
        end = next(
            (
                index
                for index in range(max(since + 1, matched), len(self._entries))
                if Event(self._entries[index].event) in _FROM_OUTSIDE
            ),
            len(self._entries),
        )
        entries = self._entries[max(since, 0) : end]
        activities, found = self.workshop.activities(self.wanted), dict[str, Result]()
        for name in (*stand.outside, *reversed(stand.called)):
            element = self.original.elements.get(name)
            if element is None or name in before or name in found:
                continue
            was = outcome(element, entries, self.original, activities, self.personal)
            now = [each for each in stand.happened[since:] if each[1] == name]
            same = was is not None and (Event.COMPLETED.value, name) in now and type(was).__name__ == "SetValue"
            if was is not None and (name in stand.outside or not same):
                # One after the other: what follows is another thing then.
                return {name: was}
        return found

    def _is_good(self, stand: Stand) -> bool:
        """Tell whether everything happened as it did then, up to the next thing from outside."""
        if stand.outside or not self._matches(stand):
            return False
        count = len(stand.happened)
        return count == len(self._expected) or Event(self._entries[count].event) in _FROM_OUTSIDE

    def _matches(self, stand: Stand) -> bool:
        return _common(stand.happened, self._expected) == len(stand.happened)

    def _unset(self, mocks: Mapping[str, Result]) -> list[Verb]:
        return [Mock(each, None) for each in mocks]

    def _lost(self, matched: int, stand: Stand) -> str:
        event, element = self._expected[matched]
        then = f"{element or 'the instance'} {event}"
        now = " ".join(reversed(stand.happened[matched])) if matched < len(stand.happened) else "it waits"
        return f"From here on it could not be done again: then came {then}; here, {now}."


def _mocked(element: str) -> str:
    return f"{element}: mocked, as it came to something else here."


def _set(mocks: Mapping[str, Result]) -> list[Verb]:
    return [Mock(element, result) for element, result in mocks.items()]


def _common(one: Sequence[Happened], other: Sequence[Happened]) -> int:
    count = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        count += 1
    return count


def _operated(entry: HistoryEntry) -> str:
    said = _SAID[Event(entry.event)].format(entry.element_id)
    return f"{said}, which a journey test cannot say: what is recorded ends before that."
