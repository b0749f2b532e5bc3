"""Timers that fire once: at a date, or after a duration."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.timers.moment import parse_moment
from engine.timers.period import Period, parse_period
from engine.timers.schedule import Schedule, TimerInvalid


@dataclass(frozen=True, slots=True)
class Date(Schedule):
    """Due at one time; when that is past it is due at once, and says since when."""

    at: datetime

    def first(self, now: datetime) -> datetime:  # noqa: ARG002 - it is a date
        """Return the date, past or not."""
        return self.at


@dataclass(frozen=True, slots=True)
class Duration(Schedule):
    """Due so long after it is set."""

    period: Period
    zone: ZoneInfo

    def first(self, now: datetime) -> datetime:
        """Return the end of the duration that begins `now`."""
        try:
            return self.period.after(now, self.zone)
        except OverflowError as error:
            raise TimerInvalid("The timer is due after year 9999.", "Use a shorter duration.") from error


def parse_date(text: str, zone: ZoneInfo) -> Date:
    """Read a date timer; raises TimerInvalid."""
    return Date(parse_moment(text, zone).instant)


def parse_duration(text: str, zone: ZoneInfo) -> Duration:
    """Read a duration timer; raises TimerInvalid."""
    return Duration(parse_period(text), zone)
