"""When a delivery is tried again.

The waits are those that "Standard Webhooks" recommends: ten attempts in a little more than three days. Each is up to a
fifth longer, so that what failed together does not come back together.
"""

from collections.abc import Callable
from datetime import timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long it waits after the first failed attempt, after the second, and so on."""

JITTER = 0.2
"""By how much of itself a wait may be longer."""

GIVEN_UP_AFTER = timedelta(days=5)
"""How old a delivery gets at most, whatever patience was asked for."""

OFF_AFTER = timedelta(days=5)
"""After how long of nothing but failures a webhook switches itself off."""

HELD_FROM = 3
"""From how many failures in a row on everything for a webhook waits, so that one that is down is asked seldom."""

HOLD = timedelta(seconds=10)
"""How long it waits then; twice as long after each further failure."""

LONGEST_HOLD = timedelta(minutes=10)


def wait(tries: int, retry_after: timedelta | None, random: Callable[[], float]) -> timedelta | None:
    """Return the wait after attempt number `tries`, counted from 1; None: it is given up. `random` is from [0, 1)."""
    if tries > len(WAITS):
        return None
    usual: timedelta = WAITS[tries - 1] * (1 + JITTER * random())
    return usual if retry_after is None else max(usual, retry_after)


def hold(failures: int) -> timedelta | None:
    """Return how long everything waits after so many failures in a row; None: it does not."""
    if failures < HELD_FROM:
        return None
    # Far enough for the longest.
    doubled = 1 << min(failures - HELD_FROM, 10)
    return min(HOLD * doubled, LONGEST_HOLD)
