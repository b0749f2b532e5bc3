"""Values that are written after an `@` (DMN 1.5, 10.3.1.2, rule 62)."""

from typing import TYPE_CHECKING

from engine.feel.values.dates import Date, parse_date
from engine.feel.values.durations import Duration, parse_duration
from engine.feel.values.times import DateTime, Time, parse_date_time, parse_time

if TYPE_CHECKING:
    from engine.feel.syntax.lexer import Token
    from engine.feel.syntax.stream import Stream

Temporal = Date | Time | DateTime | Duration


def parse_temporal(text: str) -> Temporal | None:
    """Read a date, a time, a date and time, or a duration; None when it is none."""
    return parse_date(text) or parse_time(text) or parse_date_time(text) or parse_duration(text)


def at_literal(stream: "Stream", token: "Token", text: str) -> Temporal:
    """Return the value of `@"…"`.

    Raises:
        FeelSyntaxError: when it is none.

    """
    value = parse_temporal(text)
    if value is None:
        raise stream.error(f"@{text[:40]!r} is no date, time or duration", token)
    return value
