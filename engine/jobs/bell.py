"""Wakes the threads that wait for work."""

from threading import Condition
from time import monotonic, sleep

REST_SECONDS = 0.05
"""How long a thread rests at least before it looks again: under load it is rung for at every step."""


class Bell:
    """Can be rung, and waited for: also by a thread that was not waiting yet when it was rung."""

    def __init__(self) -> None:
        self._condition = Condition()
        self.rung = 0
        """How often."""

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self.rung += 1
            self._condition.notify_all()

    def wait(self, since: int, seconds: float) -> None:
        """Wait for the next ring, for so many seconds at most; `REST_SECONDS` when it was rung since it was `since`.

        Who has waited for longer than that is woken at once.
        """
        began = monotonic()
        with self._condition:
            if self.rung == since:
                self._condition.wait(seconds)
        sleep(max(began + REST_SECONDS - monotonic(), 0))
