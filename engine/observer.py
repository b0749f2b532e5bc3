"""Who is told what happens in this process, to count it. Nothing depends on it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter


class Observer:
    """Is told of everything, and does nothing; others derive from it. Called from many threads."""

    def audited(self, events: Mapping[int, tuple[str, str]]) -> None:
        """Hear of events of the audit trail that were committed: name and status, or an empty text, by their numbers.

        One that was rolled back alone, as the last one of its transaction, is among them.
        """

    def step(self, kind: str, seconds: float) -> None:
        """Hear how long a step of an instance took that somebody waited for: `begin` or `submit`."""

    def job(self, task: str, seconds: float, *, failed: bool) -> None:
        """Hear how long an attempt at a job took."""

    @contextmanager
    def timed(self, kind: str) -> Iterator[None]:
        """Measure a step."""
        began = perf_counter()
        try:
            yield
        finally:
            self.step(kind, perf_counter() - began)
