"""Properties of dates, times, durations and ranges (DMN 1.5, 10.3.2.14, tables 65 and 66), and entries of contexts."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from engine.feel.budget import MAXIMUM_DEPTH, Run, too_deep
from engine.feel.values.dates import weekday
from engine.feel.values.durations import SECOND, DaysTime, YearsMonths
from engine.feel.values.kinds import FOREIGN, Kind, adopted, is_context, is_list, kind_of
from engine.feel.values.ranges import Bound, Range
from engine.feel.values.times import DateTime, Time


def _offset(seconds: int | None) -> DaysTime | None:
    return None if seconds is None else DaysTime(seconds * SECOND)


def _signed(value: DaysTime, part: int) -> int:
    return -value.parts[part] if value.nanoseconds < 0 else value.parts[part]


def _end(value: object) -> object:
    return None if value is Bound.NONE else value


_DATE: dict[str, Callable[[date], object]] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": weekday,
}
_TIME: dict[str, Callable[[Time], object]] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: value.second,
    "time offset": lambda value: _offset(value.offset_on(date(2000, 1, 1))),
    "timezone": lambda value: value.zone,
}


def _of_date(read: Callable[[Any], object]) -> Callable[[DateTime], object]:
    return lambda value: read(value.date)


def _of_time(read: Callable[[Any], object]) -> Callable[[DateTime], object]:
    return lambda value: read(value.time)


_DATE_TIME: dict[str, Callable[[DateTime], object]] = {
    **{name: _of_date(read) for name, read in _DATE.items()},
    **{name: _of_time(read) for name, read in _TIME.items()},
    "time offset": lambda value: _offset(value.offset),
}
_YEARS_MONTHS: dict[str, Callable[[YearsMonths], object]] = {
    "years": lambda value: int(value.months / 12),
    "months": lambda value: abs(value.months) % 12 * (-1 if value.months < 0 else 1),
}
_DAYS_TIME: dict[str, Callable[[DaysTime], object]] = {
    "days": lambda value: _signed(value, 0),
    "hours": lambda value: _signed(value, 1),
    "minutes": lambda value: _signed(value, 2),
    "seconds": lambda value: _signed(value, 3),
}
_RANGE: dict[str, Callable[[Range], object]] = {
    "start": lambda value: _end(value.start),
    "end": lambda value: _end(value.end),
    "start included": lambda value: value.start_included,
    "end included": lambda value: value.end_included,
}
_OF_KIND: dict[Kind, Mapping[str, Callable[[Any], object]]] = {
    Kind.DATE: _DATE,
    Kind.TIME: _TIME,
    Kind.DATE_TIME: _DATE_TIME,
    Kind.YEARS_MONTHS: _YEARS_MONTHS,
    Kind.DAYS_TIME: _DAYS_TIME,
    Kind.RANGE: _RANGE,
}


def member(run: Run, value: object, name: str, depth: int = 0) -> object:
    """Return what `value` has under `name`; of a list, a list of what its items have; null where there is nothing."""
    if is_context(value):
        found = value.get(name)
        if found is None and name not in value:
            run.null("the context has no entry {!r}", name)
        return adopted(found) if type(found) in FOREIGN else found
    if is_list(value):
        if depth > MAXIMUM_DEPTH:
            raise too_deep()
        run.tick(1 + len(value))
        return run.items([member(run, item, name, depth + 1) for item in value])
    kind = kind_of(value)
    read = _OF_KIND.get(kind, {}).get(name)
    if read is None:
        return run.null("a {} has no {!r}", kind, name)
    return read(value)
