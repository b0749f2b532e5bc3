"""Walks through a process from its start: one thing after the other, each of which somebody else chooses."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from engine.instances import InstanceDetail
from engine.journey_test import Given, Verb
from engine.journey_test.expecting import passed
from engine.throwaway import Result, SetValue
from webui.testing.exploring.choosing import Choices
from webui.testing.exploring.filling import Mode
from webui.testing.exploring.finding import Finding, steps, way
from webui.testing.exploring.judging import wrong_with
from webui.testing.exploring.running import Came, Do, Move, moves
from webui.testing.exploring.spot import Spot
from webui.testing.exploring.subject import Subject

LONGEST = 12
"""How many things are done in a walk at most, unless somebody says so."""

REMEMBERED = 100
"""How many steps are not done again when other walks begin alike; each keeps a database of about 250 kB."""

_WORKS = (True, True, True, False)

_AT_RANDOM = (Mode.RIGHT, Mode.RIGHT, Mode.BORDER, Mode.WRONG)
_WITHOUT_CHOICE = frozenset({Mode.FIRST, Mode.EMPTY})


@dataclass(frozen=True, repr=False)
class Walk:
    """One walk, and where it has led."""

    process: str
    given: Given
    verbs: tuple[Verb, ...]
    """What was done since the start."""
    detail: InstanceDetail | None
    """Everything about the instance, secrets masked; None before an event has started it."""
    findings: tuple[Finding, ...] = ()
    """What was wrong after the last step, and is not known."""

    @property
    def passed(self) -> tuple[str, ...]:
        """The ids of the elements that were passed, in their order."""
        return passed(self.detail)

    @property
    def ended(self) -> str | None:
        """The id of the element where it has ended; None while it goes on."""
        detail = self.detail
        return detail.record.element_id if detail is not None and detail.record.ended_at is not None else None

    @property
    def steps(self) -> tuple[str, ...]:
        """How it began and what was done, in a few words each."""
        return tuple(steps(self.given, self.verbs))

    def __repr__(self) -> str:
        """Return the way in a line."""
        return way(self.given, self.verbs)


@dataclass(slots=True)
class Walker:
    """Walks through one process as often as somebody likes."""

    subject: Subject
    longest: int = LONGEST
    expect: frozenset[str] = frozenset()
    """The keys of findings that are known: a walk goes on there."""
    details: list[InstanceDetail] = field(default_factory=list)
    """Where walks have ended."""
    _known: OrderedDict[str, Came] = field(default_factory=OrderedDict)

    def walk(self, choices: Choices) -> Walk:
        """Go from the start to an end, to something that is wrong, or as far as is chosen."""
        subject = self.subject
        came = self._go(subject.runner.before(choices.choice(subject.givens())), Move(Do.START), choices)
        findings = self._unexpected(came)
        # How many there are is chosen first: whoever makes a walk shorter need not take it apart for that.
        for _ in range(choices.choice(range(self.longest + 1))):
            can = [] if came.spot.ended or findings else list(self._possible(came.spot))
            if not can:
                break
            then = choices.together(partial(self._step, came.spot, can))
            if not then.impossible:
                came, findings = then, self._unexpected(then)
        if came.detail is not None:
            self.details.append(came.detail)
        return Walk(subject.process.id, came.spot.given, came.spot.verbs, came.detail, findings)

    def _unexpected(self, came: Came) -> tuple[Finding, ...]:
        return tuple(each for each in wrong_with(came) if each.key not in self.expect)

    def _possible(self, spot: Spot) -> Iterator[Move]:
        yield from moves(spot, self.subject.starting())
        if spot.can_submit:
            yield from (Move(Do.SUBMIT, mode) for mode in _AT_RANDOM)

    def _step(self, spot: Spot, can: Sequence[Move], choices: Choices) -> Came:
        move = choices.choice(can)
        if move.times > 1:
            move = replace(move, times=choices.choice(range(1, move.times + 1)))
        return self._go(spot, move, choices)

    def _go(self, spot: Spot, move: Move, choices: Choices) -> Came:
        """Do something; then perhaps do it again while a service task comes to something else."""
        came = self._once(spot, move, choices)
        while came.outside and not came.impossible:
            # Nothing outside is called: the same once more, and these have worked.
            done: tuple[tuple[str, Result], ...] = tuple((each, SetValue()) for each in came.outside)
            move = replace(move, verb=came.verb, mocks=(*move.mocks, *done))
            came = self._once(spot, move, choices)
        mocked = {element for element, _ in move.mocks}
        results = [
            (element, result)
            for element, activity in came.called
            if element not in mocked
            for result in self.subject.results(element, activity)
        ]
        if came.impossible or not results:
            return came
        if choices.choice(_WORKS):
            return came
        mocks = (*move.mocks, choices.choice(results))
        return self._once(spot, replace(move, verb=came.verb, mocks=mocks), choices)

    def _once(self, spot: Spot, move: Move, choices: Choices) -> Came:
        if move.do is Do.SUBMIT and move.mode not in _WITHOUT_CHOICE and move.verb is None:
            return self.subject.runner.run(spot, move, choices)
        key = repr((spot.given, spot.verbs, move))
        came = self._known.get(key)
        if came is None:
            came = self._known[key] = self.subject.runner.run(spot, move, choices)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return came
