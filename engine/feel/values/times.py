"""Times of day, and dates with a time; with an offset, a time zone, or neither (DMN 1.5, 10.3.2.3.5 and 10.3.2.3.6)."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.values.dates import Date, from_ordinal, ordinal, parse_date, plus_months
from engine.feel.values.durations import DAY, HOUR, MINUTE, SECOND, DaysTime, fraction_text, nanoseconds_of

MAXIMUM_OFFSET = 18 * 3600 - 1
"""Seconds that a local time can be away from UTC."""

_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,18}))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z][A-Za-z0-9_+/-]{0,63}))?"
)
_REFERENCE = date(2000, 1, 1)
"""The day whose offset a time of day has in a zone: a time alone has no date that would tell."""


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    offset: int | None = None
    """Seconds east of UTC."""
    zone: str | None = None
    """A name of the IANA time zone database; then `offset` is None."""

    @property
    def is_local(self) -> bool:
        """Whether it has neither an offset nor a zone."""
        return self.offset is None and self.zone is None

    @property
    def of_day(self) -> int:
        """Nanoseconds since midnight."""
        return self.hour * HOUR + self.minute * MINUTE + self.second * SECOND + self.nanosecond

    def offset_on(self, day: Date) -> int | None:
        """Return the seconds east of UTC on that day; None for a local time."""
        if self.zone is None:
            return self.offset
        # Beyond the years that the database can be asked for, the rules of the nearest year stand in.
        near = day if type(day) is date else date(min(max(day.year, 2), 9998), day.month, min(day.day, 28))
        moment = datetime.combine(near, time(self.hour, self.minute, self.second), _zone(self.zone))
        offset = moment.utcoffset()
        return int(offset.total_seconds()) if offset is not None else None

    @property
    def instant(self) -> int:
        """Nanoseconds since midnight UTC; of a local time, since local midnight."""
        return self.of_day - (self.offset_on(_REFERENCE) or 0) * SECOND

    def at(self, nanoseconds: int) -> "Time":
        """Return the time so many nanoseconds after midnight, in the same zone."""
        parts = DaysTime(nanoseconds % DAY).parts
        return replace(self, hour=parts[1], minute=parts[2], second=parts[3], nanosecond=parts[4])

    def __str__(self) -> str:
        text = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}{fraction_text(self.nanosecond)}"
        if self.zone is not None:
            return f"{text}@{self.zone}"
        return text if self.offset is None else text + _offset_text(self.offset)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and a time."""

    date: Date
    time: Time

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC; None for a local time."""
        return self.time.offset_on(self.date)

    @property
    def instant(self) -> int:
        """Nanoseconds from the beginning of year 1 in UTC; of a local time, in its own calendar."""
        return ordinal(self.date) * DAY + self.time.of_day - (self.offset or 0) * SECOND

    def plus(self, nanoseconds: int) -> "DateTime | None":
        """Return the moment so much later, in the same zone; None beyond the last year."""
        if self.time.zone is not None:
            return _in_zone(self.instant + nanoseconds, self.time)
        days, rest = divmod(ordinal(self.date) * DAY + self.time.of_day + nanoseconds, DAY)
        day = from_ordinal(days)
        return None if day is None else DateTime(day, self.time.at(rest))

    def plus_months(self, months: int) -> "DateTime | None":
        """Return the same time of day so many months later; None beyond the last year."""
        day = plus_months(self.date, months)
        return None if day is None else DateTime(day, self.time)

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


def make_time(hour: int, minute: int, second: int, nanosecond: int = 0, offset: int | None = None) -> Time | None:
    """Return the time of day; None when there is none."""
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60) or abs(offset or 0) > MAXIMUM_OFFSET:  # noqa: PLR2004 - the clock's
        return None
    return Time(hour, minute, second, nanosecond, offset)


def parse_time(text: str) -> Time | None:
    """Read `10:15:00`, `10:15:00.5Z`, `10:15:00+02:00` or `10:15:00@Europe/Paris`; None when it is no time."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    offset = 0 if match[5] else None
    if match[6]:
        if int(match[8]) >= 60 or int(match[9] or 0) >= 60:  # noqa: PLR2004 - the clock's
            return None
        offset = int(match[7]) * 3600 + int(match[8]) * 60 + int(match[9] or 0)
        offset = -offset if match[6] == "-" else offset
    parsed = make_time(int(match[1]), int(match[2]), int(match[3]), nanoseconds_of(match[4]), offset)
    if parsed is None or match[10] is None:
        return parsed
    return replace(parsed, zone=match[10]) if is_zone(match[10]) else None


def parse_date_time(text: str) -> DateTime | None:
    """Read a date, `T` and a time; None when it is none. `24:00:00` is midnight of the next day (ISO 8601)."""
    before, separator, after = text.partition("T")
    day = parse_date(before)
    if not separator or day is None:
        return None
    if after.startswith("24:00:00"):
        parsed = parse_time("00" + after[2:])
        following = from_ordinal(ordinal(day) + 1)
        return DateTime(following, parsed) if following and parsed and not parsed.nanosecond else None
    parsed = parse_time(after)
    return DateTime(day, parsed) if parsed else None


def from_datetime(value: datetime) -> DateTime:
    """Return a moment of Python as FEEL has it: in its zone, or at its offset."""
    zone = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    offset = value.utcoffset()
    seconds = None if offset is None or zone else int(offset.total_seconds())
    day = Time(value.hour, value.minute, value.second, value.microsecond * 1000, seconds, zone)
    return DateTime(value.date(), day)


def from_time(value: time) -> Time:
    """Return a time of Python as FEEL has it; a zone without a date is left away."""
    offset = value.utcoffset()
    seconds = None if offset is None else int(offset.total_seconds())
    return Time(value.hour, value.minute, value.second, value.microsecond * 1000, seconds)


def from_timedelta(value: timedelta) -> DaysTime:
    """Return a time span of Python as FEEL has it."""
    return DaysTime((value.days * 86_400 + value.seconds) * SECOND + value.microseconds * 1000)


@lru_cache(256)
def is_zone(name: str) -> bool:
    """Tell whether the IANA time zone database has it."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _in_zone(instant: int, like: Time) -> DateTime | None:
    days, rest = divmod(instant, DAY)
    day = from_ordinal(days)
    if day is None:
        return None
    if type(day) is date and date.min < day < date.max and like.zone is not None:
        seconds, nanoseconds = divmod(rest, SECOND)
        moment = datetime.combine(day, time(0), UTC) + timedelta(seconds=seconds)
        local = moment.astimezone(_zone(like.zone))
        return DateTime(local.date(), Time(local.hour, local.minute, local.second, nanoseconds, zone=like.zone))
    days, rest = divmod(instant + (like.offset_on(day) or 0) * SECOND, DAY)
    day = from_ordinal(days)
    return None if day is None else DateTime(day, like.at(rest))


def _offset_text(offset: int) -> str:
    if offset == 0:
        return "Z"
    hours, rest = divmod(abs(offset), 3600)
    minutes, seconds = divmod(rest, 60)
    text = f"{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}"
    return f"{text}:{seconds:02d}" if seconds else text
