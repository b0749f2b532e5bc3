"""What every driver does. `tests/jobs/conformance` says the same in code."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from engine.errors import Failure, NotFound
from engine.jobs.task import Arguments
from engine.observer import Observer

AT_ONCE = 200
"""How many jobs are in memory at once when all of them are read."""


class JobNotFound(NotFound):
    """No job that was given up has this id. It may have been retried or cancelled already: look at the list again."""

    code = "job-not-found"


class UnknownTask(Failure):
    """This version of Idflow has no task of this name."""

    code = "unknown-task"


class WorkerStopped(Failure):
    """The process stopped in the middle of the last attempt. Look for the reason in its log, then retry the job."""

    code = "worker-stopped"


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job that was given up."""

    id: int
    task: str
    arguments: Arguments
    key: str | None
    attempts: int
    """How often it was begun."""
    error: str
    """What the last attempt failed with: class and message of an error of ours, only the class of any other."""
    created_at: datetime
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job that is there, given up or not."""

    id: int
    task: str
    arguments: Arguments
    key: str | None
    run_at: datetime
    """When it is due."""
    attempts: int
    """How often it was begun."""
    working: bool
    """Whether a worker has it."""
    error: str | None
    """What the last attempt failed with."""
    created_at: datetime
    failed_at: datetime | None
    """When it was given up."""


@dataclass(frozen=True, slots=True)
class JobStats:
    """How many jobs there are."""

    due: int
    """They could run now."""
    later: int
    """Their time has not come, or they wait after a failure."""
    working: int
    """A worker has them."""
    failed: int
    """They were given up."""
    due_since: datetime | None
    """When the oldest of the due ones became due; None without any."""


class Jobs(Protocol):
    """The jobs of an installation. Everything happens in the caller's transaction."""

    def enqueue(
        self,
        session: Session,
        task: str,
        arguments: Arguments,
        *,
        run_at: datetime | None = None,
        key: str | None = None,
    ) -> None:
        """Have the task run at `run_at` (aware; None is now), once, when the transaction is committed.

        While a job with the same key waits or is worked, nothing happens; one that was given up is replaced. The
        handler of a job may enqueue the job's own key again.
        """

    def cancel(self, session: Session, key: str) -> None:
        """Remove the job with this key, given up or not; without one, nothing happens.

        Of a job that is being worked, what it writes is dropped; what it has done outside stays done.
        """

    def cancel_all(self, session: Session, prefix: str) -> None:
        """Cancel every job whose key begins with `prefix`."""

    def stats(self, session: Session) -> JobStats:
        """Count the jobs."""

    def failed(self, session: Session, limit: int = 100) -> list[JobRecord]:
        """Return the jobs that were given up, the latest first."""

    def find(self, session: Session, *, prefix: str = "", keys: Collection[str] = ()) -> list[QueuedJob]:
        """Return the jobs whose key begins with `prefix`, or is one of `keys`: by when they are due."""

    def next_due(self, session: Session) -> datetime | None:
        """Return when the next job is due; None when there is none."""

    def retry(self, session: Session, job_id: int) -> None:
        """Have a job that was given up run now, with all its attempts again.

        Raises:
            JobNotFound: when no job that was given up has this id.

        """

    def every(self, session: Session) -> Iterator[QueuedJob]:
        """Return all jobs, by their ids, as they are read."""

    def put(self, session: Session, jobs: Sequence[QueuedJob]) -> None:
        """Have these jobs, one or more, as they are in another driver: with their ids, and nobody works them."""


class Worker(Protocol):
    """Runs jobs.

    A handler that fails is rolled back and tried again after its task's back-off; after the last attempt the job is
    given up, and stays for an operator. Being in someone's way (`DatabaseBusy`, `StaleDataError`) is no failure and
    no attempt. A job whose process dies is taken up by another once its claim is over.
    """

    observer: Observer
    """Told how long jobs took."""

    @property
    def is_stuck(self) -> bool:
        """Whether a thread of this process has died, or has not looked for work for long."""

    def work_due(self, limit: int | None = None) -> int:
        """Run in this thread what is due, until nothing is or `limit` attempts were made; return how many that were.

        Raises:
            DatabaseBusy: when others held the write lock for too long; what ran before is done.

        """

    def start(self, threads: int = 1) -> None:
        """Run what is due in threads of this process, from now on."""

    def notify(self) -> None:
        """Look for due jobs at once: one was enqueued in this process, and its transaction is committed."""

    def stop(self) -> None:
        """Begin no further job, and return when the ones that run are done."""
