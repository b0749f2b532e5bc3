"""The driver of the table, for SQLite: jobs are rows of the database whose state asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.jobs.port import JobNotFound, JobStats, QueuedJob
from engine.jobs.stored import StoredJobs, Table
from engine.jobs.task import Arguments
from engine.store.models import Base, Job
from engine.store.sql import insert

JOBS = Base.metadata.tables[Job.__tablename__]
"""Straight to the table: a job is written and read as it is, so no session needs to know it."""

_FRESH = {"attempt": 0, "worker": None, "error": None, "failed_at": None}

_COLUMNS = [column.name for column in JOBS.c if column.name != "id"]
_ENQUEUE = insert(JOBS).on_conflict_do_nothing(index_elements=["key"]).returning(JOBS.c.id)
_REPLACE_FAILED = (
    update(JOBS)
    .where(JOBS.c.key == bindparam("one"), JOBS.c.failed_at.is_not(None))
    .values({name: bindparam(f"new_{name}", type_=JOBS.c[name].type) for name in _COLUMNS})
)
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
_BY_PREFIX = select(JOBS).where(JOBS.c.key.between(bindparam("first"), bindparam("last"))).order_by(JOBS.c.run_at)
_BY_KEYS = select(JOBS).where(JOBS.c.key.in_(bindparam("keys", expanding=True))).order_by(JOBS.c.run_at)
_NEXT_DUE = select(func.min(JOBS.c.run_at)).where(_LIVE)
_EVERY = select(JOBS).order_by(JOBS.c.id)
_RETRY = (
    update(JOBS)
    .where(JOBS.c.id == bindparam("one"), JOBS.c.failed_at.is_not(None))
    .values(failed_at=None, attempt=0, run_at=_NOW)
    .returning(JOBS.c.id)
)


def _job(row: Row[*tuple[Any, ...]]) -> QueuedJob:
    return QueuedJob(
        id=row.id,
        task=row.task,
        arguments=row.arguments,
        key=row.key,
        run_at=row.run_at,
        attempts=row.attempt,
        working=row.worker is not None,
        error=row.error,
        created_at=row.created_at,
        failed_at=row.failed_at,
    )


_TABLE = Table(
    cancel_all=_CANCEL_ALL,
    failed=_FAILED,
    by_keys=_BY_KEYS,
    by_prefix=_BY_PREFIX,
    next_due=_NEXT_DUE,
    every=_EVERY,
    job=_job,
)


@dataclass(frozen=True, slots=True)
class TableJobs(StoredJobs):
    """The jobs in the table; see `Jobs`."""

    clock: Clock
    table: ClassVar[Table] = _TABLE

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
        what = {"task": task, "arguments": dict(arguments), "key": key}
        row = {**what, "run_at": run_at or now, "created_at": now, **_FRESH}
        if session.scalar(_ENQUEUE, row) is None:
            session.execute(_REPLACE_FAILED, {"one": key, **{f"new_{name}": row[name] for name in _COLUMNS}})

    def cancel(self, session: Session, key: str) -> None:
        """Remove the job with this key; see `Jobs.cancel`."""
        session.execute(_CANCEL, {"one": key})

    def stats(self, session: Session) -> JobStats:
        """Count the jobs."""
        return JobStats(*session.execute(_STATS, {"now": self.clock.now()}).one())

    def retry(self, session: Session, job_id: int) -> None:
        """Have a job that was given up run now; see `Jobs.retry`."""
        if session.scalar(_RETRY, {"one": job_id, "now": self.clock.now()}) is None:
            raise JobNotFound

    def put(self, session: Session, jobs: Sequence[QueuedJob]) -> None:
        """Have these jobs; see `Jobs.put`."""
        session.execute(JOBS.insert(), [_row(job) for job in jobs])


def _row(job: QueuedJob) -> dict[str, Any]:
    what = {"id": job.id, "task": job.task, "arguments": dict(job.arguments), "key": job.key, "run_at": job.run_at}
    past = {"attempt": job.attempts, "error": job.error, "failed_at": job.failed_at, "created_at": job.created_at}
    return {**what, **past, "worker": None}
