"""The only source of "now"."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class StandingClock:
    """Stands still until it is set."""

    time: datetime

    def now(self) -> datetime:
        """Return the time that it was set to."""
        return self.time
