"""Explores a process: from every place where an instance can stand, what can be done there, the least tried first.

What is done is chosen by a seed, so the same seed does the same again, as long as nothing but the number of steps ends
it. Places are told apart by who goes through the process, what it waits for and where it has stopped, not by all
variables; of each, a few states are kept, those with the shortest ways first.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from time import monotonic

from engine.instances import InstanceDetail
from engine.journey_test import Verb
from engine.store.models import InstanceStatus
from engine.throwaway import SetError, SetValue
from webui.testing.exploring.choosing import Seeded
from webui.testing.exploring.filling import Mode
from webui.testing.exploring.finding import Explored, Finding, Kind
from webui.testing.exploring.judging import wrong_with
from webui.testing.exploring.running import Came, Do, Move, moves
from webui.testing.exploring.spot import Sign, Spot
from webui.testing.exploring.subject import Subject

STEPS = 400
"""How many things are done unless somebody says so."""

SECONDS = 30.0
"""How long it takes at most, unless somebody says so."""

KEPT = 3
"""How many states are kept of one place."""

PLANNED = 8
"""How often a form is filled in at random at one place before others are as important."""

_RANDOM = (Mode.RIGHT, Mode.BORDER, Mode.WRONG, Mode.RIGHT)


@dataclass(slots=True)
class _Crossing:
    """A place, and what was tried there."""

    spots: list[Spot]
    todo: deque[Move]
    order: int
    tried: int = 0
    fills: int = 0
    taken: int = 0
    exits: set[Sign] = field(default_factory=set)
    mocked: set[tuple[str, str]] = field(default_factory=set)


class Explorer:
    """Explores one process."""

    def __init__(self, subject: Subject, *, seed: int = 0, steps: int = STEPS, seconds: float = SECONDS) -> None:
        self.subject = subject
        self._seed, self._steps, self._until = seed, steps, monotonic() + seconds
        self._began = monotonic()
        self._crossings: dict[Sign, _Crossing] = {}
        self._findings: dict[str, Finding] = {}
        self.details: list[InstanceDetail] = []
        """Where instances have stood."""
        self._outside: set[str] = set()
        self._count = 0

    def explore(self) -> Explored:
        """Explore it until the steps or the time are used up, or nothing is left to be tried."""
        self._begin()
        while self._count < self._steps and monotonic() < self._until:
            crossing = self._next()
            if crossing is None:
                break
            self._try(crossing)
        self._judge()
        findings = tuple(self._shortened(each) for each in self._findings.values())
        unreached, reached = self.subject.coverage(self.details)
        seconds = monotonic() - self._began
        places = len(self._crossings)
        return Explored(self.subject.process.id, self._count, seconds, self._seed, findings, unreached, reached, places)

    def _begin(self) -> None:
        self._crossings.clear()
        mocks = dict.fromkeys(self._outside, SetValue())
        for given in self.subject.givens():
            spot = self.subject.runner.before(replace(given, mocks=mocks))
            sign: Sign = ("before", str(given.variables))
            self._crossings[sign] = _Crossing([spot], deque([Move(Do.START)]), len(self._crossings))

    def _next(self) -> _Crossing | None:
        """Return the place that is to be tried next."""
        open_ones = [each for each in self._crossings.values() if each.todo or self._can_fill(each)]
        if not open_ones:
            return None
        planned = [each for each in open_ones if each.todo]
        return min(planned or open_ones, key=lambda each: (each.tried, each.order))

    @staticmethod
    def _can_fill(crossing: _Crossing) -> bool:
        return crossing.spots[0].can_submit

    def _try(self, crossing: _Crossing) -> None:
        self._count += 1
        crossing.tried += 1
        if crossing.todo:
            move = crossing.todo.popleft()
        else:
            move = Move(Do.SUBMIT, _RANDOM[crossing.fills % len(_RANDOM)], crossing.fills)
        spot = crossing.spots[crossing.fills % len(crossing.spots)]
        came = self.subject.runner.run(spot, move, Seeded(f"{self._seed}/{spot.sign}/{move.mode}/{move.number}"))
        if move.do is Do.SUBMIT:
            crossing.fills += 1
            crossing.taken += came.taken
        if came.outside and not set(came.outside) <= self._outside:
            # Nothing outside is called: from now on these have worked.
            self._outside |= set(came.outside)
            self._begin()
            return
        if came.impossible:
            return
        self._note(came)
        crossing.exits.add(came.spot.sign)
        self._plan_mocks(crossing, move, came)
        self._arrive(came)

    def _arrive(self, came: Came) -> None:
        spot = came.spot
        there = self._crossings.get(spot.sign)
        if there is None:
            todo = deque() if spot.ended else deque(moves(spot, self.subject.starting()))
            if spot.can_submit:
                todo.extend(Move(Do.SUBMIT, _RANDOM[each % len(_RANDOM)], each) for each in range(PLANNED // 2))
            self._crossings[spot.sign] = _Crossing([spot], todo, len(self._crossings))
        elif not spot.ended:
            there.spots = sorted([*there.spots, spot], key=lambda each: len(each.verbs))[:KEPT]

    def _plan_mocks(self, crossing: _Crossing, move: Move, came: Came) -> None:
        """Plan to do the same once more for everything else that the called elements could come to."""
        if move.mocks:
            return
        for element, activity in came.called:
            for result in self.subject.results(element, activity):
                name = element, result.code if isinstance(result, SetError) else ""
                if name not in crossing.mocked and element not in self._outside:
                    crossing.mocked.add(name)
                    crossing.todo.append(
                        Move(move.do, move.mode, move.number, move.name, move.key, ((element, result),))
                    )

    def _note(self, came: Came) -> None:
        if came.detail is not None:
            self.details.append(came.detail)
        for each in wrong_with(came):
            self._add(each)

    def _judge(self) -> None:
        """Find what only shows when everything was tried."""
        ends = {sign for sign, each in self._crossings.items() if each.spots[0].ended}
        lead: set[Sign] = set(ends)
        while more := {sign for sign, each in self._crossings.items() if sign not in lead and each.exits & lead}:
            lead |= more
        # Whatever leads to a place that was not looked at enough could lead to an end.
        unsure = {sign for sign, each in self._crossings.items() if each.todo}
        while more := {sign for sign, each in self._crossings.items() if sign not in unsure and each.exits & unsure}:
            unsure |= more
        for sign, each in self._crossings.items():
            spot = each.spots[0]
            if spot.can_submit and each.fills >= PLANNED and not each.taken:
                what = f"The form at {spot.form} took none of the {each.fills} answers that were tried."
                self._add(Finding(Kind.FORM, spot.form, what, spot.given, spot.verbs))
            if sign in lead | unsure or spot.ended or spot.is_dead or spot.status is not InstanceStatus.ACTIVE:
                continue
            if not any(self._stuck(one) for one in (each, *self._following(sign))):
                what = f"From {spot.where} on it never came to an end, whatever was done."
                self._add(Finding(Kind.NO_END, spot.where, what, spot.given, spot.verbs))

    def _stuck(self, crossing: _Crossing) -> bool:
        """Tell whether it is said otherwise why it goes no further there."""
        spot = crossing.spots[0]
        stopped = spot.status is not InstanceStatus.ACTIVE
        return stopped or spot.is_dead or (spot.can_submit and bool(crossing.fills) and not crossing.taken)

    def _following(self, sign: Sign) -> Iterator[_Crossing]:
        """Return the places to which one leads."""
        seen, ahead = {sign}, [sign]
        while ahead:
            for each in self._crossings[ahead.pop()].exits - seen:
                seen.add(each)
                if each in self._crossings:
                    ahead.append(each)
                    yield self._crossings[each]

    def _add(self, finding: Finding) -> None:
        before = self._findings.get(finding.key)
        if before is None or len(finding.verbs) < len(before.verbs):
            self._findings[finding.key] = finding

    def _shortened(self, finding: Finding) -> Finding:
        """Return the finding with what its way does not need left out."""
        if finding.kind not in {Kind.INCIDENT, Kind.DEAD_END}:
            return finding
        verbs = list(finding.verbs)
        for index in reversed(range(len(verbs))):
            fewer = tuple(verbs[:index] + verbs[index + 1 :])
            if monotonic() < self._until and self._shows(finding, fewer):
                verbs = list(fewer)
        return Finding(finding.kind, finding.element, finding.what, finding.given, tuple(verbs), finding.code)

    def _shows(self, finding: Finding, verbs: tuple[Verb, ...]) -> bool:
        detail, done = self.subject.runner.again(finding.given, verbs)
        if detail is None or not done:
            return False
        if finding.kind is Kind.DEAD_END and not finding.code:
            return detail.incident is None and _standing(detail) == finding.element
        incident = detail.incident
        return incident is not None and incident.element_id == finding.element and incident.code == finding.code


def _standing(detail: InstanceDetail) -> str:
    return ", ".join(dict.fromkeys(each.element_id for each in detail.places))
