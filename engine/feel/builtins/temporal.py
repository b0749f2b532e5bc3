"""Dates and times (DMN 1.5, 10.3.4.6 and 10.3.4.8), and what Camunda adds."""

from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.declare import Library
from engine.feel.values.dates import Date, day_of_year, days_of_month, make_date, week_of_year, weekday
from engine.feel.values.times import DateTime, from_datetime

LIBRARY = Library()

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _day(value: Any) -> Date:
    return value.date if isinstance(value, DateTime) else value


@LIBRARY.function("now", changing=True)
def now(run: Run) -> object:
    """Return this moment (DMN 1.5, table 79)."""
    return from_datetime(run.settings.now())


@LIBRARY.function("today", changing=True)
def today(run: Run) -> object:
    """Return today's date, in the zone of the clock (DMN 1.5, table 79)."""
    return run.settings.now().date()


@LIBRARY.function("day of year", "date: day")
def day_of_year_of(_run: Run, value: Any) -> object:
    """Return 1 for 1 January (DMN 1.5, table 76)."""
    return day_of_year(_day(value))


@LIBRARY.function("day of week", "date: day")
def day_of_week(_run: Run, value: Any) -> object:
    """Return the English name of the weekday (DMN 1.5, table 76)."""
    return _DAYS[weekday(_day(value)) - 1]


@LIBRARY.function("month of year", "date: day")
def month_of_year(_run: Run, value: Any) -> object:
    """Return the English name of the month (DMN 1.5, table 76)."""
    return _MONTHS[_day(value).month - 1]


@LIBRARY.function("week of year", "date: day")
def week_of_year_of(_run: Run, value: Any) -> object:
    """Return the number of the week (DMN 1.5, table 76; ISO 8601)."""
    return week_of_year(_day(value))


@LIBRARY.function("last day of month", "date: day")
def last_day_of_month(_run: Run, value: Any) -> object:
    """Return the last date of the month (Camunda)."""
    day = _day(value)
    return make_date(day.year, day.month, days_of_month(day.year, day.month))
