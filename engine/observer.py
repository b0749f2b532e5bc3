"""Who is told what happens in this process, to count it and to follow it. Nothing depends on it."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from enum import StrEnum
from time import perf_counter

_NOTHING = nullcontext()


class Work(StrEnum):
    """What takes time, and is followed."""

    STEP = "step"
    """Of an instance, while somebody waits: `begin` or `submit`."""
    ACTIVITY = "activity"
    JOB = "job"
    """One attempt at it."""


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

    def during(self, work: Work, name: str, about: Mapping[str, str]) -> AbstractContextManager[object]:  # noqa: ARG002 - for those who derive
        """Be there while something is done; `name` is one that is in the program, `about` has ids and nothing else."""
        return _NOTHING

    @contextmanager
    def timed(self, kind: str, **about: str) -> Iterator[None]:
        """Measure a step."""
        began = perf_counter()
        try:
            with self.during(Work.STEP, kind, about):
                yield
        finally:
            self.step(kind, perf_counter() - began)


class Observers(Observer):
    """Tells several."""

    def __init__(self, *told: Observer) -> None:
        self._told = told

    def audited(self, events: Mapping[int, tuple[str, str]]) -> None:
        """Tell them."""
        for each in self._told:
            each.audited(events)

    def step(self, kind: str, seconds: float) -> None:
        """Tell them."""
        for each in self._told:
            each.step(kind, seconds)

    def job(self, task: str, seconds: float, *, failed: bool) -> None:
        """Tell them."""
        for each in self._told:
            each.job(task, seconds, failed=failed)

    @contextmanager
    def during(self, work: Work, name: str, about: Mapping[str, str]) -> Iterator[None]:
        """Let all of them be there."""
        with ExitStack() as stack:
            for each in self._told:
                stack.enter_context(each.during(work, name, about))
            yield
