"""Where a second instance goes the way of the first: an installation that is opened at a place, and thrown away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from engine.activity import Activity, Context
from engine.errors import IdflowError
from engine.instances import HistoryEntry, InstanceDetail
from engine.journey_test import Verb
from engine.model import Element
from engine.throwaway import Result, Results, Throwaway, Trial
from webui.testing.acting import perform
from webui.testing.failures import OutsideCall
from webui.testing.outside import Outside
from webui.testing.workshop import Beginning, Wanted, Workshop

BINDING = sha256(b"recorded").digest()
"""Of the browser that the second instance is in."""

Happened = tuple[str, str]
"""What happened, and at which element."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the second instance stands."""

    image: bytes
    now: datetime
    instance_id: str
    recovery_codes: tuple[str, ...]
    happened: tuple[Happened, ...]
    detail: InstanceDetail | None
    called: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


@dataclass(slots=True)
class Stage:
    """Does things in the second instance, each time from a place or from the start."""

    workshop: Workshop
    wanted: Wanted
    beginning: Beginning
    key: str
    """Of its process."""
    _results: Results = field(default_factory=Results)
    _called: list[str] = field(default_factory=list)
    _outside: list[str] = field(default_factory=list)

    def run(
        self,
        stand: Stand | None,
        verbs: Sequence[Verb],
        mocks: Mapping[str, Result],
        variables: Mapping[str, Any] | None = None,
    ) -> Stand:
        """Do something, from a place or from the start."""
        with self.opened(stand) as throwaway:
            for element, result in mocks.items():
                throwaway.results.set(element, result)
            try:
                with Outside(lambda: "").guarded():
                    if stand is None:
                        trial = Trial.start(throwaway, self.key, variables or {}, BINDING)
                    else:
                        trial = Trial(throwaway, stand.instance_id, BINDING)
                    for each in verbs:
                        perform(trial, each)
            except IdflowError:
                trial = Trial(throwaway, stand.instance_id if stand is not None else "", BINDING)
            detail = trial.detail
            return Stand(
                throwaway.image(),
                throwaway.clock.now(),
                trial.instance_id,
                tuple(throwaway.recovery_codes),
                tuple(map(happened, detail.history)) if detail is not None else (),
                detail,
                tuple(dict.fromkeys(self._called)),
                tuple(dict.fromkeys(self._outside)),
            )

    def opened(self, stand: Stand | None) -> Throwaway:
        """Open the installation as it was at a place."""
        self._called, self._outside = [], []
        image = self.beginning.image if stand is None else stand.image
        now = self.wanted.now if stand is None else stand.now
        throwaway = self.workshop.open(replace(self.wanted, now=now), image, perform=self._perform)
        throwaway.recovery_codes = list(self.beginning.samples if stand is None else stand.recovery_codes)
        self._results = throwaway.results
        return throwaway

    def _perform(
        self, element: Element, activity: type[Activity], inputs: Mapping[str, Any], context: Context
    ) -> object:
        self._called.append(element.id)
        try:
            return self._results.perform(element, activity, inputs, context)
        except OutsideCall:
            self._outside.append(element.id)
            return None


def happened(entry: HistoryEntry) -> Happened:
    """Return what is compared of an entry: not what was thrown, which is told by whoever hears it."""
    return entry.event, entry.element_id or ""
