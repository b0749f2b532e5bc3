"""A point in time, as a diagram writes it: ISO 8601-1:2019, 5.4, with the time zones of FEEL and of Java."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.timers.schedule import TimerInvalid

_REMEDY = "Write it like 2026-07-01T12:00:00+02:00, 2026-07-01T12:00:00@Europe/Berlin or 2026-07-01."
_ZONE = r"[A-Za-z][A-Za-z0-9_+/-]{0,63}"
_TEXT = re.compile(
    r"(?P<local>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)?"
    r"|[0-9]{8}(?:T[0-9]{4}(?:[0-9]{2}(?:[.,][0-9]{1,9})?)?)?)"
    r"(?P<offset>Z|(?P<sign>[+-])(?P<hours>[0-9]{2})(?::?(?P<minutes>[0-5][0-9])(?::?(?P<seconds>[0-5][0-9]))?)?)?"
    rf"(?:@(?P<feel>{_ZONE})|\[(?P<java>{_ZONE})\])?"
)
_END_OF_DAY = re.compile(r"T24(?=(?::?00){1,2}(?:[.,]0+)?$)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, and the calendar that it was written in."""

    instant: datetime
    """In UTC."""
    calendar: tzinfo
    """Where the years, months and days after it are counted."""


def parse_moment(text: str, zone: ZoneInfo) -> Moment:
    """Read a date and time; a date alone is its midnight.

    An offset says which instant it is; a zone (`@Europe/Berlin` as in FEEL, `[Europe/Berlin]` as in Java) says it when
    there is no offset. With neither it is a local time of `zone`.

    Raises:
        TimerInvalid: when it is none, its zone is unknown, or it is not between the years 1 and 9999.

    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise TimerInvalid(f"{text!r} is no date and time.", _REMEDY)
    name = match["feel"] or match["java"]
    try:
        offset = _offset(match) if match["offset"] else None
        calendar = _zone(name) if name else offset or zone
        return Moment(instant_of(_local(match["local"]), offset or calendar), calendar)
    except (ValueError, OverflowError) as error:
        raise TimerInvalid(f"{text!r} names no time between the years 1 and 9999.", _REMEDY) from error


def instant_of(local: datetime, calendar: tzinfo) -> datetime:
    """Return the instant of a local time, in UTC.

    One that the clocks skip is moved forward by as much as they are; one that they show twice is the first.
    """
    return local.replace(tzinfo=calendar, fold=0).astimezone(UTC)


def _local(text: str) -> datetime:
    # `24:00` is the end of a day (ISO 8601-1:2019/Amd 1:2022, 5.3.2), which Python reads from 3.13 on.
    text, ends_day = _END_OF_DAY.subn("T00", text)
    return datetime.fromisoformat(text) + timedelta(days=ends_day)


def _offset(match: re.Match[str]) -> tzinfo:
    if match["offset"] == "Z":
        return UTC
    offset = timedelta(
        hours=int(match["hours"]), minutes=int(match["minutes"] or 0), seconds=int(match["seconds"] or 0)
    )
    return timezone(-offset if match["sign"] == "-" else offset)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimerInvalid(
            f"There is no time zone {name!r}.", "Use a name of the IANA time zone database, such as Europe/Berlin."
        ) from error
