"""Does one thing in an instance, from any place where it has stood, and looks at what came of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from hashlib import sha256
from typing import Any

from engine import journey_test
from engine.activity import Activity, Context
from engine.errors import IdflowError
from engine.instances import InstanceDetail, Step
from engine.instances.history import Event
from engine.journey_test import Given, Message, Mock, Retry, Signal, Submit, Verb, Wait
from engine.model import Element
from engine.sandbox.recording import waited
from engine.throwaway import Result, Results, Throwaway, Trial
from forms import render
from webui.testing.acting import perform
from webui.testing.coverage.visits import Trace
from webui.testing.exploring.choosing import Choices
from webui.testing.exploring.filling import Filler, Mode
from webui.testing.exploring.secrets import Known, Leak, elsewhere, on_page
from webui.testing.exploring.spot import FROM_OUTSIDE, Spot, sign_of
from webui.testing.failures import OutsideCall
from webui.testing.outside import Outside
from webui.testing.workshop import Beginning, Wanted, Workshop

REPEATED = 10
"""How often wrong answers are sent in a row, at most."""


class Do(StrEnum):
    """What can be done."""

    START = "start"
    SUBMIT = "submit"
    PASS_TIME = "pass-time"  # noqa: S105 - nothing secret
    """Wait until something happens by itself."""
    MESSAGE = "message"
    SIGNAL = "signal"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Move:
    """Something that is to be done; `mocks` say what elements come to meanwhile."""

    do: Do
    mode: Mode = Mode.FIRST
    number: int = 0
    """Of random ones: which."""
    name: str = ""
    key: str = ""
    mocks: tuple[tuple[str, Result], ...] = ()
    times: int = 1
    """How often a form is sent at most: until it takes the answers, or takes no more."""
    verb: Verb | None = None
    """What it was before: it is done just like that again."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a move."""

    spot: Spot
    detail: InstanceDetail | None
    taken: bool
    """Whether a form has taken the answers; true for everything else."""
    called: tuple[tuple[str, str], ...] = ()
    """The elements whose activities were carried out, with the types."""
    leaks: tuple[Leak, ...] = ()
    impossible: str = ""
    """Why it could not be done."""
    outside: tuple[str, ...] = ()
    """Elements that have tried to call something outside."""
    verb: Verb | None = None
    """What was done; None for a start."""


@dataclass(slots=True)
class Runner:
    """Runs moves of one process."""

    workshop: Workshop
    wanted: Wanted
    beginning: Beginning
    key: str
    filler: Filler
    trace: Trace = field(default_factory=Trace)
    called: list[tuple[str, str]] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    _results: Results = field(default_factory=Results)

    def before(self, given: Given) -> Spot:
        """Return the place before the start."""
        image = self.beginning.image
        assert isinstance(image, bytes)  # noqa: S101 - it is in memory
        binding = sha256(b"explored").digest()
        codes = tuple(self.beginning.samples)
        return Spot(given, (), image, self.wanted.now, "", binding, codes, Known(), ("before",), None, ())

    def run(self, spot: Spot, move: Move, choices: Choices) -> Came:
        """Do something from a place; what is left open, `choices` says."""
        with self._opened(spot) as throwaway:
            trial = Trial(throwaway, spot.instance_id, spot.binding)
            verbs: list[Verb] = [Mock(element, result) for element, result in move.mocks]
            known, taken, impossible, verb = spot.known, True, "", None
            given = spot.given
            try:
                with Outside(lambda: "").guarded():
                    if move.do is Do.START:
                        given = replace(given, mocks={**given.mocks, **dict(move.mocks)})
                        verbs = []
                        trial = self._start(throwaway, given, spot.binding)
                    else:
                        for each in verbs:
                            journey_test.do(trial, each)
                        step = trial.step if move.do is Do.SUBMIT else None
                        verb = self._verb(spot, move, throwaway, step, choices)
                        if step is not None and isinstance(verb, Submit):
                            known = known.with_(self.filler.secrets(step, throwaway, verb))
                        for _ in range(min(move.times, _allowed(step))):
                            verbs.append(verb)
                            if taken := perform(trial, verb) or not _is_open(trial, step):
                                break
            except IdflowError as error:
                impossible = error.message
            after = [Mock(element, None) for element, _ in move.mocks]
            for each in after:
                journey_test.do(trial, each)
            # From the start, mocks are given: what takes them back is a step.
            verbs += after
            came = self._came(spot, given, (*spot.verbs, *verbs), trial, known, taken=taken)
            return replace(came, impossible=impossible, verb=verb)

    def again(self, given: Given, verbs: tuple[Verb, ...]) -> tuple[InstanceDetail | None, bool]:
        """Do everything from the start; return what came of it, and whether all of it could be done."""
        with Outside(lambda: "").guarded():
            try:
                with self.started(given) as trial:
                    for verb in verbs:
                        perform(trial, verb)
                    return trial.detail, True
            except IdflowError:
                return None, False

    @contextmanager
    def started(self, given: Given) -> Iterator[Trial]:
        """Open an installation in which the process was just started."""
        spot = self.before(given)
        with self._opened(spot) as throwaway:
            yield self._start(throwaway, given, spot.binding)

    def _opened(self, spot: Spot) -> Throwaway:
        self.called, self.outside = [], []
        throwaway = self.workshop.open(
            replace(self.wanted, now=spot.now), spot.image, perform=self._perform, hear=self.trace.hear
        )
        throwaway.recovery_codes = list(spot.recovery_codes)
        self._results = throwaway.results
        return throwaway

    def _start(self, throwaway: Throwaway, given: Given, binding: bytes) -> Trial:
        for element, result in given.mocks.items():
            throwaway.results.set(element, result)
        return Trial.start(throwaway, self.key, given.variables, binding)

    def _perform(
        self, element: Element, activity: type[Activity], inputs: Mapping[str, Any], context: Context
    ) -> object:
        self.called.append((element.id, activity.type))
        try:
            return self._results.perform(element, activity, inputs, context)
        except OutsideCall:
            self.outside.append(element.id)
            return None

    def _verb(self, spot: Spot, move: Move, throwaway: Throwaway, step: Step | None, choices: Choices) -> Verb:
        if move.verb is not None:
            return move.verb
        match move.do:
            case Do.SUBMIT if step is not None:
                return self.filler.fill(throwaway, step, move.mode, choices)
            case Do.PASS_TIME:
                left = (spot.due or spot.now) - spot.now
                return Wait(waited(max(left, timedelta(milliseconds=1))))
            case Do.MESSAGE:
                return Message(move.name, move.key)
            case Do.SIGNAL:
                return Signal(move.name)
        return Retry()

    def _came(  # noqa: PLR0913 - what is known by then
        self,
        spot: Spot,
        given: Given,
        verbs: tuple[Verb, ...],
        trial: Trial,
        known: Known,
        *,
        taken: bool,
    ) -> Came:
        throwaway, detail = trial.throwaway, trial.detail
        form, can_submit, leaks = "", False, list[Leak]()
        if detail is not None:
            leaks += elsewhere(throwaway, detail, known)
        step = trial.step if detail is not None and any(each.waits_for == "form" for each in detail.places) else None
        if step is not None and step.task is not None:
            form = step.task.element_id
            markup, shown = _page(throwaway, step)
            leaks += on_page(form, markup, known)
            known = known.with_(dict.fromkeys(shown, form))
            can_submit = "<button" in markup and not step.task.hide_buttons
        made = Spot(
            given,
            verbs,
            throwaway.image(),
            throwaway.clock.now(),
            trial.instance_id,
            spot.binding,
            tuple(throwaway.recovery_codes),
            known,
            sign_of(given, detail),
            detail.record.status if detail is not None else None,
            detail.places if detail is not None else (),
            form,
            can_submit,
            len(detail.history) if detail is not None else 0,
            min((each.due for each in detail.places if each.due is not None), default=None) if detail else None,
        )
        called = tuple(dict.fromkeys(self.called))
        if any(isinstance(each, Submit) for each in verbs[len(spot.verbs) :]):
            # Of the last attempt that is allowed, a form says nothing.
            taken = detail is not None and any(each.event == Event.SUBMITTED for each in detail.history[spot.length :])
        return Came(made, detail, taken, called, tuple(leaks), outside=tuple(dict.fromkeys(self.outside)))


def moves(spot: Spot, started_by: tuple[Move, ...]) -> list[Move]:
    """Return what can be done at a place besides filling in a form at random: the simplest first."""
    if spot.status is None:
        return list(started_by)
    found = [Move(Do.RETRY)] if any(each.failed for each in spot.places) else []
    if spot.can_submit:
        found += [Move(Do.SUBMIT, mode) for mode in (Mode.FIRST, Mode.CODE, Mode.EMPTY)]
        found.append(Move(Do.SUBMIT, Mode.WRONG, times=REPEATED))
    for each in spot.places:
        if each.waits_for in FROM_OUTSIDE - {"timer"}:
            found.append(Move(Do(each.waits_for), name=each.event, key=each.key))
    if spot.due is not None:
        found.append(Move(Do.PASS_TIME))
    return found


def _allowed(step: Step | None) -> int:
    return step.task.max_attempts if step is not None and step.task is not None else 1


def _is_open(trial: Trial, step: Step | None) -> bool:
    """Tell whether the same visit of a form is still open."""
    now = trial.step.task if trial.instance_id else None
    return now is not None and step is not None and step.task is not None and now.id == step.task.id


def _page(throwaway: Throwaway, step: Step) -> tuple[str, list[str]]:
    """Return the page of a form, and the secrets that it shows."""
    task = step.task
    assert task is not None  # noqa: S101 - the caller has looked
    shown: list[str] = []

    def reveal(reference: Any, opening: Any) -> str:
        secret: str = opening(step, reference)
        shown.append(secret)
        return secret

    form = render(
        task.form.content,
        step.variables,
        reveal=partial(reveal, opening=throwaway.application.journeys.reveal),
        earlier=task.earlier,
        readonly=task.readonly,
        hide_buttons=task.hide_buttons,
        now=throwaway.clock.now(),
    )
    return str(form.html), shown
