"""One instance in an installation that is thrown away, step by step.

After every step the jobs are worked that have become due, up to a limit: what repeats for ever stops there, and goes
on with the next step. The clock goes from one due time to the next, so that everything happens at its own time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engine.errors import Refused
from engine.form import Answers, Posted
from engine.instances import InstanceDetail, Step
from engine.instances.given import check_names
from engine.store import Job
from engine.throwaway.installation import Throwaway

MAXIMUM_JOBS = 200
"""How many jobs one step works at most."""

MAXIMUM_WAIT = timedelta(days=366 * 5)
"""How far the clock can be moved at once."""

_NEXT_JOB = select(func.min(Job.run_at)).where(Job.failed_at.is_(None))


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
    binding: bytes
    """What the browser of its end user would have."""

    @classmethod
    def start(cls, throwaway: Throwaway, key: str, variables: Mapping[str, Any], binding: bytes) -> "Trial":
        """Start the newest version of a process.

        Raises:
            NotStartable: when only an event can start it.
            ReservedVariable, VariableInvalid: when it cannot begin with these variables.

        """
        check_names(variables)
        trial = cls(throwaway, throwaway.application.start(key, variables, binding), binding)
        trial.settle()
        return trial

    @property
    def step(self) -> Step:
        """Where it stands, for its end user."""
        return self.throwaway.application.step(self.instance_id, self.binding)

    @property
    def detail(self) -> InstanceDetail:
        """Everything about it; secrets are masked."""
        return self.throwaway.application.show_instance(self.instance_id)

    def submit(self, task_id: str, posted: Posted) -> Answers:
        """Submit the form that is open; see `Application.submit`."""
        answers = self.throwaway.application.submit(self.instance_id, self.binding, task_id, posted)
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
                self.throwaway.application.expire_due()
                return
            clock.time = max(clock.time, due)
            left -= max(self.throwaway.application.work_due(left), 1)

    def next_timer(self) -> timedelta:
        """Return how long it is until something happens by itself; raises `NoTimer`."""
        due = [each.due for each in self.detail.places if each.due is not None]
        if not due:
            raise NoTimer
        return max(min(due) - self.throwaway.clock.now(), timedelta(microseconds=1))

    def message(self, name: str, key: str, variables: Mapping[str, Any]) -> None:
        """Publish a message; see `Application.publish`."""
        self.throwaway.application.publish(name, key=key, variables=variables)
        self.settle()

    def retry(self) -> None:
        """Try again where it stopped; raises `NotAnIncident`."""
        self.throwaway.application.retry(self.instance_id)
        self.settle()

    def settle(self) -> None:
        """Work what is due."""
        self.throwaway.application.work_due(MAXIMUM_JOBS)

    def _next_job(self) -> datetime | None:
        with self.throwaway.application.database.read() as session:
            return session.scalar(_NEXT_JOB)
