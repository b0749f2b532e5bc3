"""Cycles as ISO 8601 writes them: repeating intervals (ISO 8601-1:2019, 5.6)."""

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from engine.timers.moment import Moment, parse_moment
from engine.timers.period import Period, parse_period
from engine.timers.schedule import RESOLUTION, Schedule, TimerInvalid

SHORTEST_PERIOD = timedelta(seconds=1)
"""Of a cycle: a shorter one would keep the machine busy with nothing else."""

_UNBOUNDED = 10**12
"""More repetitions than there are seconds until year 9999."""
_REMEDY = "Write it like R/PT1H, R3/PT10M, R3/2026-07-01T12:00:00Z/P1D or R3/P1D/2026-07-01T12:00:00Z."
_HEAD = re.compile("R([0-9]{0,9})/(.*)")
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Relative(Schedule):
    """`Rn/PERIOD`: due one period after it is set, and then each period after the last time it was due."""

    count: int
    period: Period
    zone: ZoneInfo

    def first(self, now: datetime) -> datetime:
        """Return the end of the first period."""
        due = self._at(now, 1)
        if due == _LAST:
            raise TimerInvalid("The cycle begins after year 9999.", "Use a shorter period.")
        return due

    def following(self, due: datetime, fired: int, now: datetime) -> datetime | None:
        """Return the next end of a period that is not missed, unless that would be more than `count` in all."""
        missed = self._passed_over(due, now)
        return _unless_beyond(self._at(due, missed + 1)) if fired + missed < self.count else None

    def missed(self, due: datetime, now: datetime) -> int:
        """Return how many ends of periods lie between `due` and `now`; nothing to count when it has no bound."""
        return 0 if self.count == _UNBOUNDED else self._passed_over(due, now)

    def _passed_over(self, due: datetime, now: datetime) -> int:
        return _search(range(1, _UNBOUNDED), now, lambda number: self._at(due, number))

    def _at(self, begin: datetime, number: int) -> datetime:
        return _bounded(self.period, begin, self.zone, number)


@dataclass(frozen=True, slots=True)
class Anchored(Schedule):
    """`Rn/START/PERIOD` and `Rn/PERIOD/END`: due at START, or at END and before it, and whole periods away from it.

    Each time is counted from the anchor, so that a shorter month or a change of the clocks does not shift those after
    it; and which number a time has is known, so that those that nobody waited for count.
    """

    anchor: Moment
    period: Period
    numbers: range
    """How many periods each time is away from the anchor."""

    def first(self, now: datetime) -> datetime | None:
        """Return the first of the times that is not before `now`."""
        index = _search(self.numbers, now, self._at)
        return _unless_beyond(self._at(self.numbers[index])) if index < len(self.numbers) else None

    def following(self, due: datetime, fired: int, now: datetime) -> datetime | None:  # noqa: ARG002 - times have numbers
        """Return the first of the times that is after `due` and not before `now`."""
        return self.first(max(due + RESOLUTION, now))

    def _at(self, number: int) -> datetime:
        return _bounded(self.period, self.anchor.instant, self.anchor.calendar, number)


def parse_repetition(text: str, zone: ZoneInfo) -> Schedule:
    """Read a repeating interval; raises TimerInvalid."""
    match = _HEAD.fullmatch(text)
    if match is None:
        raise TimerInvalid(f"{text!r} is no repeating interval.", _REMEDY)
    count = int(match[1] or _UNBOUNDED)
    if count == 0:
        raise TimerInvalid(f"{text!r} never repeats.", "Write how often after the R, or nothing for without end.")
    if match[2].startswith("P"):
        interval, _, end = match[2].partition("/")
        if end:
            return Anchored(parse_moment(end, zone), _period(interval), range(1 - count, 1))
    else:
        # The name of a zone has slashes of its own.
        start, _, interval = match[2].rpartition("/")
        if start:
            return Anchored(parse_moment(start, zone), _period(interval), range(count))
    return Relative(count, _period(interval), zone)


def _period(text: str) -> Period:
    period = parse_period(text)
    if not (period.months or period.days) and period.time < SHORTEST_PERIOD:
        raise TimerInvalid(f"A cycle cannot repeat every {text}.", "The shortest period is one second, PT1S.")
    return period


def _search(numbers: range, time: datetime, at: Callable[[int], datetime]) -> int:
    """Return the index of the first of `numbers` whose time is not before `time`, without counting up to it."""
    return bisect_left(numbers, time, key=at)


def _bounded(period: Period, anchor: datetime, calendar: tzinfo, number: int) -> datetime:
    try:
        return period.after(anchor, calendar, number)
    except OverflowError:
        return _LAST if number > 0 else _FIRST


def _unless_beyond(time: datetime) -> datetime | None:
    return None if time == _LAST else time
