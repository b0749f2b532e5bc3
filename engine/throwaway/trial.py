"""One instance in an installation that is thrown away, step by step.

After every step the jobs are worked that have become due, up to a limit: what repeats for ever stops there, and goes
on with the next step. The clock goes from one due time to the next, so that everything happens at its own time.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.errors import Refused
from engine.form import Answers, Posted
from engine.instances import InstanceDetail, NotStartable, Step
from engine.instances.given import check_names
from engine.throwaway.installation import Throwaway

MAXIMUM_JOBS = 200
"""How many jobs one step works at most."""

MAXIMUM_WAIT = timedelta(days=366 * 5)
"""How far the clock can be moved at once."""


class NothingOpen(Refused):
    """No form is open."""

    code = "nothing-open"


class NoTimer(Refused):
    """Nothing waits for a time."""

    code = "no-timer"


class TimeInvalid(Refused):
    """The clock goes forward only, and not by more than five years at once."""

    code = "time-invalid"


@dataclass(slots=True)
class Trial:
    """An instance that is tried out."""

    throwaway: Throwaway
    instance_id: str
    """Empty until an event has started it."""
    binding: bytes
    """What the browser of its end user would have."""

    @classmethod
    def start(cls, throwaway: Throwaway, key: str, variables: Mapping[str, Any], binding: bytes) -> "Trial":
        """Start the newest version of a process; one that only an event can start waits for it.

        Raises:
            ReservedVariable, VariableInvalid: when it cannot begin with these variables.

        """
        check_names(variables)
        trial = cls(throwaway, "", binding)
        with suppress(NotStartable):
            trial.instance_id = throwaway.application.journeys.start(key, variables, binding)
        trial.settle()
        return trial

    @property
    def step(self) -> Step:
        """Where it stands, for its end user."""
        return self.throwaway.application.journeys.step(self.instance_id, self.binding)

    @property
    def detail(self) -> InstanceDetail | None:
        """Everything about it, secrets masked; None before an event has started it."""
        return self.throwaway.application.views.show(self.instance_id) if self.instance_id else None

    def submit(self, task_id: str, posted: Posted) -> Answers:
        """Submit the form that is open; see `Application.submit`."""
        answers = self.throwaway.application.journeys.submit(self.instance_id, self.binding, task_id, posted)
        self.settle()
        return answers

    def wait(self, duration: timedelta) -> None:
        """Move the clock forward; raises `TimeInvalid`."""
        if not timedelta() < duration <= MAXIMUM_WAIT:
            raise TimeInvalid
        clock = self.throwaway.clock
        until, left = clock.now() + duration, MAXIMUM_JOBS
        while left > 0:
            due = self._next_job()
            if due is None or due > until:
                clock.time = until
                break
            clock.time = max(clock.time, due)
            left -= max(self.throwaway.application.work_due(left), 1)
        self._look()

    def next_timer(self) -> timedelta:
        """Return how long it is until something happens by itself; raises `NoTimer`."""
        detail = self.detail
        due = [each.due for each in detail.places if each.due is not None] if detail else [self._next_job()]
        found = [each for each in due if each is not None]
        if not found:
            raise NoTimer
        return max(min(found) - self.throwaway.clock.now(), timedelta(microseconds=1))

    def message(self, name: str, key: str, variables: Mapping[str, Any]) -> None:
        """Publish a message; see `Application.publish`."""
        self.throwaway.application.events.publish(name, key=key, variables=variables)
        self.settle()

    def signal(self, name: str, variables: Mapping[str, Any]) -> None:
        """Send a signal; see `Application.broadcast`."""
        self.throwaway.application.events.broadcast(name, variables)
        self.settle()

    def retry(self) -> None:
        """Try again where it stopped; raises `NotAnIncident`."""
        self.throwaway.application.operations.retry(self.instance_id)
        self.settle()

    def settle(self) -> None:
        """Work what is due."""
        self.throwaway.application.work_due(MAXIMUM_JOBS)
        self._look()

    def _look(self) -> None:
        """Find the instance that an event has started."""
        if not self.instance_id:
            begun = self.throwaway.application.views.newest(limit=1)
            self.instance_id = begun[0].id if begun else ""

    def _next_job(self) -> datetime | None:
        application = self.throwaway.application
        with application.database.read() as session:
            return application.jobs.next_due(session)
