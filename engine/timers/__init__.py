"""When a timer event is due (BPMN 2.0.2, 10.5.5.15).

A timer has a kind and a text: a date (`2026-07-01T12:00:00@Europe/Berlin`), a duration (`PT15M`) or a cycle
(`R3/PT10M`, `0 0 9-17 * * MON-FRI`). What is written without a zone is meant in the zone that is handed in. Years,
months, weeks and days are those of the calendar there, so a day may have 23 or 25 hours; hours, minutes and seconds are
exact. Zeebe adds them in the same way (java.time's Period, then Duration).

`Rn` is due n times in all: `Rn/PERIOD` one period after the timer is set and each period after, `Rn/START/PERIOD` at
START and each period after it, `Rn/PERIOD/END` each period before END and at END. R without a number has no end.

A cycle that could not fire in time, because nothing ran, fires late and once. It does not catch up: the times that were
missed meanwhile are passed over, and it goes on in step with the time that it was due. In `Rn` the missed ones count,
so that a cycle that was meant to be over is over.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.model import TimerKind
from engine.timers.cron import parse_cron
from engine.timers.once import parse_date, parse_duration
from engine.timers.repetition import parse_repetition
from engine.timers.schedule import Schedule, TimerInvalid

__all__ = ["MAXIMUM_LENGTH", "Schedule", "TimerInvalid", "check", "parse"]

MAXIMUM_LENGTH = 200
"""How many characters the value of a timer may have."""

_ANYWHERE = ZoneInfo("UTC")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""No timer is set before."""


def parse(kind: TimerKind, text: str, zone: ZoneInfo) -> Schedule:
    """Read the value of a timer; space around it does not count.

    Raises:
        TimerInvalid: when it does not say when the timer is due.

    """
    text = text.strip()
    if len(text) > MAXIMUM_LENGTH:
        raise TimerInvalid(
            f"The value of a timer has {len(text)} characters.", f"Write at most {MAXIMUM_LENGTH} characters."
        )
    match kind:
        case TimerKind.DATE:
            return parse_date(text, zone)
        case TimerKind.DURATION:
            return parse_duration(text, zone)
        case TimerKind.CYCLE if text.startswith("R"):
            return parse_repetition(text, zone)
        case TimerKind.CYCLE:
            return parse_cron(text, zone)


def check(kind: TimerKind, text: str) -> None:
    """Raise TimerInvalid when a value that is written in a diagram is never due, whatever the zone and the time."""
    parse(kind, text, _ANYWHERE).first(_LONG_AGO)
