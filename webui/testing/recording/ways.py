"""What could be done to have something happen again that came from outside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.errors import IdflowError
from engine.instances import HistoryEntry
from engine.instances.history import Event
from engine.journey_test import Message, Retry, Signal, Verb, Wait
from engine.sandbox.recording import waited
from engine.throwaway import Trial
from webui.testing.acting import perform
from webui.testing.recording.answering import Answering
from webui.testing.recording.original import Original
from webui.testing.recording.personal import Personal
from webui.testing.recording.stage import BINDING, Stage, Stand

Way = tuple[tuple[Verb, ...], tuple[str, ...]]
"""What is done, and what is to be said of it."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Thinks of ways, the likeliest first."""

    stage: Stage
    original: Original
    personal: Personal
    variables: Mapping[str, Any]
    """What the instance was started with."""

    def to(self, entries: Sequence[HistoryEntry], stand: Stand) -> Iterator[Way]:
        """Return what could be done to have the first entry happen; the others came after it."""
        entry = entries[0]
        event = Event(entry.event)
        up = event is Event.RECEIVED and (entry.detail or "").startswith("timer")
        pause = self._pause(stand, entry.at, up=up)
        pauses: tuple[tuple[Verb, ...], ...] = ((pause,), ()) if pause is not None else ((),)
        if event is Event.RETRIED:
            yield from (((*before, Retry()), ()) for before in pauses)
        elif event is Event.RECEIVED:
            yield from self._received(stand, entry, pauses)
        elif event in {Event.SUBMITTED, Event.REFUSED}:
            for before in pauses:
                yield from self._submitted(stand, entries, before)

    def _received(self, stand: Stand, entry: HistoryEntry, pauses: Sequence[tuple[Verb, ...]]) -> Iterator[Way]:
        kind, _, name = (entry.detail or "").partition(" ")
        if kind == "timer":
            yield from ((each, ()) for each in pauses if each)
            due = [each.due for each in stand.detail.places if each.due is not None] if stand.detail else []
            if due:
                yield (Wait(waited(max(min(due) - stand.now, timedelta(milliseconds=1)))),), ()
            return
        places = stand.detail.places if stand.detail is not None else ()
        keys = [each.key for each in places if each.waits_for == kind and each.event == name] or [""]
        for before in pauses:
            for payload in self._payloads():
                said = (f"{entry.element_id}: what the {kind} carried is not known.",)
                if payload:
                    said = (f"{entry.element_id}: what the {kind} carried is guessed from the variables.",)
                verb: Verb = Message(name, keys[0], payload) if kind == "message" else Signal(name, payload)
                yield (*before, verb), said

    def _submitted(self, stand: Stand, entries: Sequence[HistoryEntry], before: tuple[Verb, ...]) -> Iterator[Way]:
        entry, *later = entries
        answering = Answering(self.original, self.stage.workshop.activities(self.stage.wanted), self.personal)
        hidden = any(each.event == Event.SUBMITTED and each.element_id == entry.element_id for each in later)
        with self.stage.opened(stand) as throwaway:
            trial = Trial(throwaway, stand.instance_id, BINDING)
            try:
                for each in before:
                    perform(trial, each)
                step = trial.step
            except IdflowError:
                return
            if entry.event == Event.SUBMITTED:
                attempts = list(answering.taken(throwaway, step, hidden=hidden))
            else:
                attempts = list(answering.refused(throwaway, step))
        for attempt in attempts:
            yield (*before, attempt.submit), attempt.notes

    def _payloads(self) -> tuple[dict[str, Any], ...]:
        """Return what an event may have carried, the likeliest first."""
        guessed = self._payload(self.variables)
        return (guessed, {}) if guessed else ({},)

    def _payload(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the variables that nothing but an event can have set."""
        known = {*given, *self.original.set_inside}
        there = self.original.detail.variables
        return {
            name: self.personal.value(value, name)
            for name, value in there.items()
            if not name.startswith("_") and name not in known
        }

    def _pause(self, stand: Stand, until: datetime, *, up: bool) -> Verb | None:
        """Return the wait until something happened, in whole seconds."""
        offset = (until - self.original.began).total_seconds()
        seconds = int(offset) + (1 if up else 0)
        left = self.stage.wanted.now + timedelta(seconds=seconds) - stand.now
        return Wait(waited(left)) if left >= timedelta(seconds=1) else None
