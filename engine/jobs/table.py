"""The driver for SQLite: jobs are rows of the database whose state asks for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.jobs.port import JobNotFound, JobRecord, JobStats
from engine.jobs.task import Arguments
from engine.store import Base, Job

JOBS = Base.metadata.tables[Job.__tablename__]
"""Straight to the table: a job is written and read as it is, so no session needs to know it."""

_FRESH = {"attempt": 0, "worker": None, "error": None, "failed_at": None}

_LAST = "\U0010ffff"
"""Sorts after every other character."""


def _insert_or_replace_failed() -> Insert:
    statement = insert(JOBS)
    new: dict[str, Any] = {name: column for name, column in statement.excluded.items() if name != "id"}
    return statement.on_conflict_do_update(index_elements=["key"], set_=new, where=JOBS.c.failed_at.is_not(None))


_ENQUEUE = _insert_or_replace_failed()
_CANCEL = delete(JOBS).where(JOBS.c.key == bindparam("one"))
_CANCEL_ALL = delete(JOBS).where(JOBS.c.key.between(bindparam("first"), bindparam("last")))

_NOW = bindparam("now", type_=JOBS.c.run_at.type)
_LIVE = JOBS.c.failed_at.is_(None)
_DUE = _LIVE & (JOBS.c.run_at <= _NOW)
_NOT_YET = _LIVE & (JOBS.c.run_at > _NOW)
_STATS = select(
    func.count().filter(_DUE),
    func.count().filter(_NOT_YET, JOBS.c.worker.is_(None)),
    func.count().filter(_NOT_YET, JOBS.c.worker.is_not(None)),
    func.count().filter(JOBS.c.failed_at.is_not(None)),
    func.min(JOBS.c.run_at).filter(_DUE),
).select_from(JOBS)
_FAILED = (
    select(JOBS)
    .where(JOBS.c.failed_at.is_not(None))
    .order_by(JOBS.c.failed_at.desc(), JOBS.c.id.desc())
    .limit(bindparam("at_most"))
)
_RETRY = (
    update(JOBS)
    .where(JOBS.c.id == bindparam("one"), JOBS.c.failed_at.is_not(None))
    .values(failed_at=None, attempt=0, run_at=_NOW)
    .returning(JOBS.c.id)
)


@dataclass(frozen=True, slots=True)
class TableJobs:
    """The jobs in the table; see `Jobs`."""

    clock: Clock

    def enqueue(
        self,
        session: Session,
        task: str,
        arguments: Arguments,
        *,
        run_at: datetime | None = None,
        key: str | None = None,
    ) -> None:
        """Have the task run at `run_at`, once; see `Jobs.enqueue`."""
        now = self.clock.now()
        row = {"task": task, "arguments": dict(arguments), "key": key, "run_at": run_at or now, "created_at": now}
        session.execute(_ENQUEUE, row | _FRESH)

    def cancel(self, session: Session, key: str) -> None:
        """Remove the job with this key; see `Jobs.cancel`."""
        session.execute(_CANCEL, {"one": key})

    def cancel_all(self, session: Session, prefix: str) -> None:
        """Cancel every job whose key begins with `prefix`."""
        session.execute(_CANCEL_ALL, {"first": prefix, "last": prefix + _LAST})

    def stats(self, session: Session) -> JobStats:
        """Count the jobs."""
        return JobStats(*session.execute(_STATS, {"now": self.clock.now()}).one())

    def failed(self, session: Session, limit: int = 100) -> list[JobRecord]:
        """Return the jobs that were given up, the latest first."""
        return [
            JobRecord(
                id=row.id,
                task=row.task,
                arguments=row.arguments,
                key=row.key,
                attempts=row.attempt,
                error=row.error,
                created_at=row.created_at,
                failed_at=row.failed_at,
            )
            for row in session.execute(_FAILED, {"at_most": limit})
        ]

    def retry(self, session: Session, job_id: int) -> None:
        """Have a job that was given up run now; see `Jobs.retry`."""
        if session.scalar(_RETRY, {"one": job_id, "now": self.clock.now()}) is None:
            raise JobNotFound
