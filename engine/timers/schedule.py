"""What every kind of timer answers: when it is due first, and when next."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta

from engine.errors import Failure

RESOLUTION = timedelta(microseconds=1)
"""The smallest step between two times; finer fractions of a second are cut off."""


class TimerInvalid(Failure):
    """The value of a timer does not say when it is due."""

    code = "timer-invalid"

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        """What is wrong, in one sentence that names the value."""
        self.remedy = remedy
        """What to write instead, in one sentence."""


class Schedule(ABC):
    """When one timer is due. Every time given is aware, every time returned is in UTC."""

    __slots__ = ()

    @abstractmethod
    def first(self, now: datetime) -> datetime | None:
        """Return when a timer that is set `now` is due; None when all of its times are over.

        Raises:
            TimerInvalid: when that is after year 9999.

        """

    def following(self, due: datetime, fired: int, now: datetime) -> datetime | None:  # noqa: ARG002 - it fires once
        """Return when a timer that was due at `due` is due again: later than `due` and not before `now`.

        `fired` is how many of its times are behind it, the one at `due` included. None when it is not due again.
        """
        return None

    def missed(self, due: datetime, now: datetime) -> int:  # noqa: ARG002 - it fires once
        """Return how many times `following` passes over because they were missed: add them to `fired`."""
        return 0
