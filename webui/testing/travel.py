"""The clock of a test: it stands still until the test moves it, and timers fire on the way, each at its own time."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from engine.timers.period import parse_period

if TYPE_CHECKING:
    from webui.testing.kit import Kit


class Travel:
    """What a test does to time."""

    def __init__(self, kit: "Kit") -> None:
        self._kit = kit

    @property
    def now(self) -> datetime:
        """What the clock says, in UTC."""
        return self._kit.now

    def forward(self, period: timedelta | str | None = None, /, **units: float) -> datetime:
        """Move it forward: `forward(minutes=16)`, `forward("P1D")`, `forward(timedelta(hours=1))`; return the new time.

        What becomes due happens on the way: timers, mails and jobs, each at its own time.
        """
        __tracebackhide__ = True
        self._kit.wait(duration_of(self.now, period, **units))
        return self.now

    def to(self, moment: datetime) -> datetime:
        """Move it forward to a moment; a moment without a time zone is in UTC."""
        __tracebackhide__ = True
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=self.now.tzinfo)
        return self.forward(aware - self.now)


def duration_of(now: datetime, period: timedelta | str | None, **units: float) -> timedelta:
    """Return how long that is: a duration, one in ISO 8601, or units as `timedelta` has them."""
    if isinstance(period, str):
        return parse_period(period).after(now, UTC) - now
    return (period or timedelta()) + timedelta(**units)
