"""How likely it is that somebody guesses a code."""

from datetime import timedelta

from engine.identity.attempts import Limits
from engine.identity.policies import PolicySettings

_YEAR = timedelta(days=365)


def chance(window: int, digits: int, attempts: int) -> float:
    """Return the probability that one of `attempts` random codes is right, when `window` codes are at any time."""
    return float(1 - (1 - window / 10**digits) ** attempts)


def attempts_within(limits: Limits, duration: timedelta) -> int:
    """Return how many attempts the waits leave room for, from the first one on, until the user is locked."""
    elapsed, attempts = timedelta(0), 0
    while elapsed <= duration and attempts < limits.failure_cap:
        attempts += 1
        elapsed += limits.wait(attempts)
    return attempts


def until_locked(limits: Limits) -> timedelta:
    """Return how long the waits make somebody take who fails as fast as they allow, until the user is locked."""
    return sum((limits.wait(failures) for failures in range(1, limits.failure_cap)), timedelta(0))


def guess_probability(policy: PolicySettings, successes: int = 0) -> float:
    """Return the probability that somebody who tries as often as the policy lets them hits within a year.

    With `successes` the user authenticates that often meanwhile, evenly spread; each time failures count from zero
    again. Without, the user is locked long before the year is over, and the result is the chance in all. The window is
    taken as wide as a device whose clock is off can make it.
    """
    window = policy.look_behind + policy.look_ahead + policy.drift_limit + 1
    spans = successes + 1
    return chance(window, policy.digits, spans * attempts_within(Limits.of(policy), _YEAR / spans))
