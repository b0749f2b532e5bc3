"""How much patience an answer asks for (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER = timedelta(hours=24)
"""How much an answer can ask for."""

_MAXIMUM_DIGITS = 9


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Return what `Retry-After` asks for, seconds or a date; None: it makes no sense."""
    text = (text or "").strip()
    asked: timedelta
    if text.isascii() and text.isdigit():
        asked = timedelta(seconds=int(text[:_MAXIMUM_DIGITS]))
    else:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        asked = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(asked, LONGEST_RETRY_AFTER) if asked > timedelta(0) else None
