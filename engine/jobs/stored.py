"""How jobs that are rows are looked at, whichever table they are in."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Executable, Row
from sqlalchemy.orm import Session

from engine.jobs.port import AT_ONCE, JobRecord, QueuedJob

_LAST = "\U0010ffff"
"""Sorts after every other character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is asked of one table, and how its rows are read."""

    cancel_all: Executable
    """Takes `first` and `last`, between which the keys are."""
    failed: Executable
    """Takes `at_most`."""
    by_keys: Executable
    """Takes `keys`."""
    by_prefix: Executable
    """Takes `first` and `last`."""
    next_due: Executable
    every: Executable
    job: Callable[[Row[*tuple[Any, ...]]], QueuedJob]


class StoredJobs:
    """What every driver does alike; see `Jobs`."""

    __slots__ = ()

    table: ClassVar[Table]

    def cancel_all(self, session: Session, prefix: str) -> None:
        """Cancel every job whose key begins with `prefix`."""
        session.execute(self.table.cancel_all, _beginning(prefix))

    def failed(self, session: Session, limit: int = 100) -> list[JobRecord]:
        """Return the jobs that were given up, the latest first."""
        return [_given_up(self.table.job(row)) for row in session.execute(self.table.failed, {"at_most": limit})]

    def find(self, session: Session, *, prefix: str = "", keys: Collection[str] = ()) -> list[QueuedJob]:
        """Return the jobs with these keys; see `Jobs.find`."""
        if keys:
            rows = session.execute(self.table.by_keys, {"keys": list(keys)})
        else:
            rows = session.execute(self.table.by_prefix, _beginning(prefix))
        return [self.table.job(row) for row in rows]

    def next_due(self, session: Session) -> datetime | None:
        """Return when the next job is due; None when there is none."""
        found: datetime | None = session.scalar(self.table.next_due)
        return found

    def every(self, session: Session) -> Iterator[QueuedJob]:
        """Return all jobs; see `Jobs.every`."""
        yield from map(self.table.job, session.execute(self.table.every, execution_options={"yield_per": AT_ONCE}))


def _beginning(prefix: str) -> dict[str, str]:
    return {"first": prefix, "last": prefix + _LAST}


def _given_up(job: QueuedJob) -> JobRecord:
    return JobRecord(
        id=job.id,
        task=job.task,
        arguments=job.arguments,
        key=job.key,
        attempts=job.attempts,
        error=job.error or "",
        created_at=job.created_at,
        failed_at=job.failed_at or job.run_at,
    )
