"""How often something may be done: a bucket that fills steadily, and from which each request takes one.

Each process counts for itself: with several, the limit is as many times as high.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from engine.errors import Refused

_MAXIMUM_KNOWN = 10_000
"""How many buckets are remembered; beyond that, those that are full again are forgotten."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of what somebody may do."""

    limit: int
    """How many may come at once."""
    window: timedelta
    """How long it takes until an empty bucket is full again."""
    left: int
    full_in: timedelta
    """How long it takes until the bucket is full again."""


class TooManyRequests(Refused):
    """Too many requests in a short time. Wait before you send another."""

    code = "too-many-requests"
    retry_helps = True

    def __init__(self, wait: timedelta, budget: Budget | None = None) -> None:
        super().__init__()
        self.wait = wait
        """How long."""
        self.budget = budget


@dataclass(slots=True)
class Rates:
    """Counts requests by who sends them."""

    burst: int
    """How many may come at once."""
    every: timedelta
    """How long it takes until one more may come."""
    _full_at: dict[str, datetime] = field(default_factory=dict)
    """When each bucket will be full again."""
    _lock: Lock = field(default_factory=Lock)

    def take(self, who: str, now: datetime) -> Budget:
        """Count a request, and return what is left; raises `TooManyRequests`, which is not counted."""
        with self._lock:
            known = max(self._full_at.get(who, now), now)
            full_at = known + self.every
            wait = full_at - now - self.burst * self.every
            if wait > timedelta(0):
                raise TooManyRequests(wait, self._budget(known - now))
            if len(self._full_at) >= _MAXIMUM_KNOWN:
                self._full_at = {each: at for each, at in self._full_at.items() if at > now}
            self._full_at[who] = full_at
            return self._budget(full_at - now)

    def _budget(self, full_in: timedelta) -> Budget:
        window = self.burst * self.every
        return Budget(self.burst, window, max((window - full_in) // self.every, 0), full_in)
