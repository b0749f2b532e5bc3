"""Durations: years and months, or days and time; the two are never mixed (DMN 1.5, 10.3.2.3.7 and 10.3.2.3.8)."""

import re
from dataclasses import dataclass
from functools import total_ordering

SECOND = 1_000_000_000
"""Nanoseconds, the smallest part of a time."""
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

MAXIMUM_DIGITS = 18
"""How many digits a part of a duration may have."""

_YEARS_MONTHS = re.compile(rf"(-)?P(?:([0-9]{{1,{MAXIMUM_DIGITS}}})Y)?(?:([0-9]{{1,{MAXIMUM_DIGITS}}})M)?")
_DAYS_TIME = re.compile(
    rf"(-)?P(?:([0-9]{{1,{MAXIMUM_DIGITS}}})D)?(T(?:([0-9]{{1,{MAXIMUM_DIGITS}}})H)?"
    rf"(?:([0-9]{{1,{MAXIMUM_DIGITS}}})M)?(?:([0-9]{{1,{MAXIMUM_DIGITS}}})(?:\.([0-9]{{1,{MAXIMUM_DIGITS}}}))?S)?)?"
)


@total_ordering
@dataclass(frozen=True, slots=True)
class YearsMonths:
    """A duration in months: `P1Y2M`."""

    months: int

    def __lt__(self, other: object) -> bool:
        return self.months < other.months if isinstance(other, YearsMonths) else NotImplemented

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (parts or "0M")


@total_ordering
@dataclass(frozen=True, slots=True)
class DaysTime:
    """A duration in nanoseconds: `P1DT2H3M4.5S`."""

    nanoseconds: int

    def __lt__(self, other: object) -> bool:
        return self.nanoseconds < other.nanoseconds if isinstance(other, DaysTime) else NotImplemented

    @property
    def parts(self) -> tuple[int, int, int, int, int]:
        """Days, hours, minutes, seconds and nanoseconds, all without the sign."""
        days, rest = divmod(abs(self.nanoseconds), DAY)
        hours, rest = divmod(rest, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        seconds, rest = divmod(rest, SECOND)
        return days, hours, minutes, seconds, rest

    def __str__(self) -> str:
        days, hours, minutes, seconds, fraction = self.parts
        time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        if seconds or fraction:
            time += f"{seconds}{fraction_text(fraction)}S"
        parts = (f"{days}D" if days else "") + (f"T{time}" if time else "")
        return ("-" if self.nanoseconds < 0 else "") + "P" + (parts or "T0S")


Duration = YearsMonths | DaysTime


def fraction_text(nanoseconds: int) -> str:
    """Return the digits after the seconds with their point; nothing for 0."""
    return f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""


def nanoseconds_of(digits: str | None) -> int:
    """Return what the digits after a point of seconds stand for; a tenth digit and more are cut off."""
    return int((digits or "0")[:9].ljust(9, "0"))


def parse_duration(text: str) -> Duration | None:
    """Read an ISO 8601 duration of one kind (XML Schema 1.1 part 2, 3.4.26 and 3.4.27); None when it is none."""
    match = _YEARS_MONTHS.fullmatch(text)
    if match is not None and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months)
    match = _DAYS_TIME.fullmatch(text)
    if match is None or text[-1] in "PT":
        return None
    total = int(match[2] or 0) * DAY + int(match[4] or 0) * HOUR + int(match[5] or 0) * MINUTE
    total += int(match[6] or 0) * SECOND + nanoseconds_of(match[7])
    return DaysTime(-total if match[1] else total)
