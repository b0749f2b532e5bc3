"""Conversion of values (DMN 1.5, 10.3.4.1)."""

import re
from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.declare import Library
from engine.feel.values import numbers
from engine.feel.values.dates import Date, make_date, parse_date
from engine.feel.values.durations import SECOND, DaysTime, Duration, YearsMonths, parse_duration
from engine.feel.values.numbers import Number
from engine.feel.values.texts import to_text
from engine.feel.values.times import DateTime, Time, is_zone, make_time, parse_date_time, parse_time

LIBRARY = Library()

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_GROUPINGS = {" ", ",", ".", None}
_POINTS = {",", ".", None}


@LIBRARY.function("number", "from: string, grouping separator: string?, decimal separator: string?")
def number_grouped(run: Run, text: str, grouping: str | None, point: str | None) -> object:
    """Read a number that is written with separators (DMN 1.5, table 67)."""
    if grouping not in _GROUPINGS or point not in _POINTS or (grouping is not None and grouping == point):
        return run.null("these separators are not known, or are the same")
    plain = text.replace(grouping, "") if grouping else text
    if point not in {None, "."}:
        if "." in plain:
            return run.null("the text is no number")
        plain = plain.replace(str(point), ".")
    return parse_number(run, plain)


@LIBRARY.function("number", "from: string")
def parse_number(run: Run, text: str) -> object:
    """Read a number; null when the text is none (Camunda's short form)."""
    if len(text) > numbers.MAXIMUM_EXPONENT or not _NUMBER.fullmatch(text):
        return run.null("the text is no number")
    return numbers.calculated(numbers.CONTEXT.plus, Decimal(text))


@LIBRARY.function("number", "from: number")
def number_itself(_run: Run, value: Number) -> object:
    """Return the number."""
    return value


@LIBRARY.function("string", "from: any")
def string(run: Run, value: object) -> object:
    """Return any value as text, null as null (DMN 1.5, table 67)."""
    return None if value is None else to_text(run, value)


@LIBRARY.function("date", "from: string")
def date_from_text(run: Run, text: str) -> object:
    """Read a date (DMN 1.5, table 67)."""
    return parse_date(text) or run.null("the text is no date")


@LIBRARY.function("date", "from: date")
def date_itself(_run: Run, value: Date) -> object:
    """Return the date."""
    return value


@LIBRARY.function("date", "from: date and time")
def date_of(_run: Run, value: DateTime) -> object:
    """Return the date of a moment, in its own zone (DMN 1.5, table 67)."""
    return value.date


@LIBRARY.function("date", "year: number, month: number, day: number")
def date_of_parts(run: Run, year: Number, month: Number, day: Number) -> object:
    """Return the date of a year, a month and a day (DMN 1.5, table 67)."""
    if not all(type(part) is int for part in (year, month, day)):
        return run.null("the parts of a date are whole numbers")
    return make_date(int(year), int(month), int(day)) or run.null("there is no such day")


@LIBRARY.function("time", "from: string")
def time_from_text(run: Run, text: str) -> object:
    """Read a time (DMN 1.5, table 67)."""
    return parse_time(text) or run.null("the text is no time")


@LIBRARY.function("time", "from: time")
def time_itself(_run: Run, value: Time) -> object:
    """Return the time."""
    return value


@LIBRARY.function("time", "from: date and time")
def time_of(_run: Run, value: DateTime) -> object:
    """Return the time of a moment (DMN 1.5, table 67)."""
    return value.time


@LIBRARY.function("time", "from: date")
def time_of_date(_run: Run, _value: Date) -> object:
    """Return midnight UTC, which a date stands for (DMN 1.5, table 67)."""
    return Time(0, 0, 0, offset=0)


@LIBRARY.function("time", "hour: integer, minute: integer, second: number, offset?: days and time duration?")
def time_of_parts(run: Run, hour: int, minute: int, second: Number, offset: DaysTime | None = None) -> object:
    """Return the time of an hour, a minute, a second and an offset (DMN 1.5, table 67)."""
    if second < 0:
        return run.null("there is no such time")
    nanoseconds = numbers.whole(numbers.multiply(second, SECOND)) or 0
    away = None
    if offset is not None:
        away = abs(offset.nanoseconds) // SECOND * (-1 if offset.nanoseconds < 0 else 1)
    made = make_time(hour, minute, nanoseconds // SECOND, nanoseconds % SECOND, away)
    return made or run.null("there is no such time")


@LIBRARY.function("date and time", "from: string")
def date_and_time_from_text(run: Run, text: str) -> object:
    """Read a date and time; a date alone is its midnight (DMN 1.5, table 67)."""
    day = parse_date(text)
    if day is not None:
        return DateTime(day, Time(0, 0, 0))
    return parse_date_time(text) or run.null("the text is no date and time")


@LIBRARY.function("date and time", "date: day, time: time")
def date_and_time_of(_run: Run, day: Any, time: Time) -> object:
    """Return the moment of a date and a time (DMN 1.5, table 67)."""
    return DateTime(day.date if isinstance(day, DateTime) else day, time)


@LIBRARY.function("date and time", "date: date and time, timezone: string")
def date_and_time_in(run: Run, moment: DateTime, timezone: str) -> object:
    """Return the same moment in another time zone (Camunda)."""
    if moment.time.is_local or not is_zone(timezone):
        return run.null("the moment has no time zone, or the time zone is not known")
    utc = moment.plus(0)
    shifted = DateTime(moment.date, Time(moment.time.hour, moment.time.minute, moment.time.second, zone=timezone))
    return None if utc is None else shifted.plus(moment.instant - shifted.instant)


@LIBRARY.function("date and time", "from: date and time")
def date_and_time_itself(_run: Run, value: DateTime) -> object:
    """Return the moment."""
    return value


@LIBRARY.function("duration", "from: string")
def duration(run: Run, text: str) -> object:
    """Read a duration (DMN 1.5, table 67)."""
    return parse_duration(text) or run.null("the text is no duration")


@LIBRARY.function("duration", "from: duration")
def duration_itself(_run: Run, value: Duration) -> object:
    """Return the duration."""
    return value


@LIBRARY.function("years and months duration", "from: day, to: day")
def years_and_months_duration(_run: Run, start: Any, end: Any) -> object:
    """Return the whole months between two days (DMN 1.5, table 67)."""
    first, last = _day_of(start), _day_of(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearsMonths(months)


def _day_of(value: Any) -> Any:
    return value.date if isinstance(value, DateTime) else value
