"""Dates of any year: Python's own where it has them, the same fields beyond (DMN 1.5, 10.3.2.3.4).

Days are counted in the proleptic Gregorian calendar from 1 January of year 1, as `date.toordinal` counts them. There is
a year 0, as in ISO 8601.
"""

import re
from dataclasses import dataclass
from datetime import date

MAXIMUM_YEAR = 999_999_999
"""The last year, and with a minus the first one (XML Schema 1.1 part 2, 3.3.9, leaves this to us)."""

_TEXT = re.compile(r"(-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})")
_FEBRUARY = 2
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_YEARS_OF_CYCLE, _DAYS_OF_CYCLE = 400, 146_097


@dataclass(frozen=True, slots=True, order=True)
class FarDate:
    """A date before year 1 or after year 9999."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


Date = date | FarDate


def is_leap(year: int) -> bool:
    """Tell whether February has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_of_month(year: int, month: int) -> int:
    """Return how many days the month has."""
    return 29 if month == _FEBRUARY and is_leap(year) else _LENGTHS[month - 1]


def make_date(year: int, month: int, day: int) -> Date | None:
    """Return the date; None when there is no such day."""
    if not (abs(year) <= MAXIMUM_YEAR and 1 <= month <= len(_LENGTHS) and 1 <= day <= days_of_month(year, month)):
        return None
    return date(year, month, day) if date.min.year <= year <= date.max.year else FarDate(year, month, day)


def parse_date(text: str) -> Date | None:
    """Read `2024-02-29`; None when it is no date."""
    match = _TEXT.fullmatch(text)
    return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None


def ordinal(value: Date) -> int:
    """Return the number of the day."""
    if type(value) is date:
        return value.toordinal()
    cycles, year = divmod(value.year - 1, _YEARS_OF_CYCLE)
    return date(year + 1, value.month, value.day).toordinal() + cycles * _DAYS_OF_CYCLE


def from_ordinal(days: int) -> Date | None:
    """Return the date of a day's number; None beyond the last year."""
    cycles, rest = divmod(days - 1, _DAYS_OF_CYCLE)
    within = date.fromordinal(rest + 1)
    return make_date(within.year + cycles * _YEARS_OF_CYCLE, within.month, within.day)


def plus_months(value: Date, months: int) -> Date | None:
    """Return the same day so many months later, or the last one of that month when it is shorter."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if abs(year) > MAXIMUM_YEAR:
        return None
    return make_date(year, month + 1, min(value.day, days_of_month(year, month + 1)))


def weekday(value: Date) -> int:
    """Return 1 for Monday to 7 for Sunday."""
    return (ordinal(value) - 1) % 7 + 1


def day_of_year(value: Date) -> int:
    """Return 1 for 1 January."""
    return sum(days_of_month(value.year, month) for month in range(1, value.month)) + value.day


def week_of_year(value: Date) -> int:
    """Return the number of the week (ISO 8601: the first one has the year's first Thursday)."""
    thursday = from_ordinal(ordinal(value) + 4 - weekday(value)) or value
    return (day_of_year(thursday) - 1) // 7 + 1
