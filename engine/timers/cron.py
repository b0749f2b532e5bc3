"""Cycles as cron writes them.

Six fields are read as Spring reads them, which is what Zeebe does: seconds first, `?`, `L`, `L-n`, `LW`, `nW`, `dL`,
`d#n`, and a day must match in the month and in the week. Five are read as crontab(5): when both days are restricted,
either is enough. Names and macros are the same in both.

Summer time: an expression that names hours is due when a clock on the wall shows them. A time that the clocks skip is
due when they have skipped it, one that they show twice is due the first time: each is due once a day. With `*` for the
hour it goes by the time that passes. This is how Debian's cron(8) treats its jobs.

cronsim finds the matches; Spring's spelling and both rules for days and clocks are added here. croniter was looked at
too: it fires twice when the clocks go back, knows no `LW` or `dL`, and has random fields (`R`) that nobody asked for.
"""

import re
from bisect import bisect_left
from calendar import SATURDAY, SUNDAY, monthrange, weekday
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from engine.timers.schedule import RESOLUTION, Schedule, TimerInvalid

_MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_REMEDY = "Write six fields like `0 0 9-17 * * MON-FRI`: second, minute, hour, day of month, month, day of week."
_FIELDS_OF_CRONTAB, _FIELDS_OF_SPRING = 5, 6
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_NEAREST = re.compile("([1-9]|[12][0-9]|3[01])W")
_BEFORE_LAST = re.compile("L-([1-9]|[12][0-9]|30)")
_ANY_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 - whether an expression ever matches is the same everywhere


@dataclass(frozen=True, slots=True)
class Cron(Schedule):
    """Due whenever the clocks of `zone` show a time that matches."""

    fields: tuple[str, ...]
    """The six fields, as cronsim reads them."""
    both_days: bool
    """Whether a day must match in the month and in the week; otherwise either is enough."""
    nearest: tuple[int, ...]
    """`nW`: the days of the month whose nearest weekday matches."""
    before_last: tuple[int, ...]
    """`L-n`: how many days before the last one of the month match."""
    zone: ZoneInfo

    def first(self, now: datetime) -> datetime | None:
        """Return the first match after `now`."""
        try:
            local = now.astimezone(self.zone)
            if self.fields[2] == "*":
                return next(_Matches(self, local)).astimezone(UTC)
            shown = _Matches(self, local.replace(tzinfo=None))
            return next((due for time in shown if (due := _on_the_wall(time, self.zone)) > now), None)
        except (StopIteration, OverflowError):
            return None

    def following(self, due: datetime, fired: int, now: datetime) -> datetime | None:  # noqa: ARG002 - it has no bound
        """Return the first match that is after `due` and not before `now`."""
        return self.first(max(due, now - RESOLUTION))


class _Matches(CronSim):
    """The times after one that match: on the wall when that has no zone, else as time passes in its zone."""

    def __init__(self, cron: Cron, after: datetime) -> None:
        *times, days, months, weekdays = cron.fields
        # cronsim wants a day; the one that stands in is taken away again.
        super().__init__(" ".join((*times, days or "1", months, weekdays)), after)
        self.cron = cron
        self.days = self.days if days else set()
        self.day_and = cron.both_days

    def match_dom(self, d: date) -> bool:
        """Tell whether the day of the month matches."""
        return (
            super().match_dom(d)
            or any(d.day == _nearest_weekday(d, day) for day in self.cron.nearest)
            or any(d.day == _last_day(d) - days for days in self.cron.before_last)
        )


def parse_cron(text: str, zone: ZoneInfo) -> Cron:
    """Read a cron expression or a macro.

    Raises:
        TimerInvalid: when it is none, or matches no time in 50 years.

    """
    fields = _MACROS.get(text.lower(), text).upper().split()
    if len(fields) not in {_FIELDS_OF_CRONTAB, _FIELDS_OF_SPRING}:
        raise TimerInvalid(f"{text!r} is no cycle.", f"{_REMEDY} Or write a repeating interval like R3/PT10M.")
    of_spring = len(fields) == _FIELDS_OF_SPRING
    *times, days, months, weekdays = fields if of_spring else ("0", *fields)
    days, weekdays = days.replace("?", "*"), _numbered(weekdays.replace("?", "*"))
    listed = days.split(",")
    if re.search("LW?/", days):
        raise _no_such("day-of-month", text)
    cron = Cron(
        fields=(
            *times,
            ",".join(day for day in listed if not (_NEAREST.fullmatch(day) or _BEFORE_LAST.fullmatch(day))),
            months,
            # In Spring a week goes from 1 to 7, in crontab(5) from 0.
            weekdays.replace("*/", "1-7/") if of_spring else weekdays,
        ),
        both_days=of_spring or days.startswith("*") or weekdays.startswith("*"),
        nearest=tuple(int(match[1]) for day in listed if (match := _NEAREST.fullmatch(day))),
        before_last=tuple(int(match[1]) for day in listed if (match := _BEFORE_LAST.fullmatch(day))),
        zone=zone,
    )
    try:
        next(_Matches(cron, _ANY_TIME))
    except CronSimError as error:
        raise _no_such(str(error).removeprefix("Bad "), text) from error
    except StopIteration as error:
        raise TimerInvalid(f"{text!r} never matches.", "Choose days that are in the months.") from error
    return cron


def _no_such(field: str, text: str) -> TimerInvalid:
    return TimerInvalid(f"{text!r} is no cron expression: there is no such {field}.", _REMEDY)


def _numbered(weekdays: str) -> str:
    for number, name in enumerate(_WEEKDAYS, start=1):
        weekdays = weekdays.replace(name, str(number))
    # Sunday begins a range as 0 and ends one as 7.
    return re.sub("(?<![0-9])7-", "0-", weekdays)


def _last_day(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _nearest_weekday(month: date, day: int) -> int | None:
    """Return the weekday nearest to a day of the month and in it; None when the month is shorter."""
    last = _last_day(month)
    if day > last:
        return None
    in_week = weekday(month.year, month.month, day)
    if in_week == SATURDAY:
        return day - 1 if day > 1 else day + 2
    if in_week == SUNDAY:
        return day + 1 if day < last else day - 2
    return day


def _on_the_wall(local: datetime, zone: tzinfo) -> datetime:
    """Return when the clocks first show a time, in UTC; when they skip it, the moment at which they do.

    Unlike `instant_of` it keeps the order of times, on which finding the next one relies.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return first
    # In a gap, `second` is before the clocks change and `first` after it (PEP 495).
    before = second.astimezone(zone).utcoffset()
    return second + timedelta(
        seconds=bisect_left(
            range(int((first - second).total_seconds()) + 1),
            x=True,
            key=lambda seconds: (second + timedelta(seconds=seconds)).astimezone(zone).utcoffset() != before,
        )
    )
