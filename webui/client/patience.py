"""How often, and how long after, something is tried again."""

from dataclasses import dataclass
from http import HTTPStatus

from webui.client.errors import CallFailed, OtherwiseNow, ProblemAnswered, ServerUnreachable, TooMany

STILL_WORKING = "idempotency-still-working"
"""The code of the answer while the first request with the same key is worked on."""

_PASSING = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})


@dataclass(frozen=True, slots=True)
class Patience:
    """When to give up."""

    attempts: int = 4
    first_wait: float = 0.5
    """In seconds; each wait may be twice as long as the one before, and is a random part of that."""
    longest_wait: float = 30
    """In seconds: when a server asks for more, that is told instead of waited for."""

    def wait(self, error: CallFailed, attempt: int, part: float) -> float | None:
        """Return how many seconds to wait before the next attempt, None when there should be none.

        `attempt` is how many there were, `part` a random number from 0 to 1.
        """
        if attempt >= self.attempts or not passes(error):
            return None
        asked = error.retry_after if isinstance(error, ProblemAnswered) else None
        if asked is not None:
            return asked if asked <= self.longest_wait else None
        longest: float = min(self.first_wait * 2.0 ** (attempt - 1), self.longest_wait)
        return longest * (0.5 + part / 2)


def passes(error: CallFailed) -> bool:
    """Tell whether the same request may be answered otherwise a little later."""
    if isinstance(error, OtherwiseNow):
        return error.code == STILL_WORKING
    if isinstance(error, ProblemAnswered):
        return isinstance(error, TooMany) or error.status in _PASSING
    return isinstance(error, ServerUnreachable)
