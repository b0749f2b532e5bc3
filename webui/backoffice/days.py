"""Days as they stand in an address, and the moments that they begin at."""

from datetime import date, datetime, time, timedelta, tzinfo

_YEARS = range(1900, 9999)
"""Of days that are taken: the one after still has a number, in every zone."""


def day(text: str) -> date | None:
    """Return the day that a text is; None for any other text."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def begins(found: date | None, zone: tzinfo) -> datetime | None:
    """Return when a day begins."""
    return None if found is None else datetime.combine(found, time(), zone)


def ends(found: date | None, zone: tzinfo) -> datetime | None:
    """Return when the day after it begins."""
    return begins(found and found + timedelta(days=1), zone)
