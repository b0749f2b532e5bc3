"""The driver of PostgreSQL: jobs are rows of Procrastinate's tables, written on the session's own connection.

A row is written as Procrastinate does it, so its triggers note what happens to a job (`procrastinate_events`) and tell
whoever listens (`NOTIFY`), and its tools show what there is. Two things are told apart from its own `defer`, which
could not: a key that is there already is passed over by the same statement (`ON CONFLICT`), where `defer` would break
the caller's transaction, and a job has its key until it is done, not until it is begun.

    id, task_name, status    as Procrastinate has them; what is done is deleted, what was given up is `failed`
    queueing_lock            the key, which a unique index of ours (migration 0022) keeps for all states
    scheduled_at             when it is due; never empty, and what an index of ours is sorted by
    attempts                 how often it was begun, counted when it is
    args                     `arguments`, and what Procrastinate has no place for: `created_at`, `error`, `failed_at`

What is due is decided by the clock of the database, unless a clock is given that is not the machine's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import Row, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from engine.clock import Clock, SystemClock
from engine.jobs.port import JobNotFound, JobStats, QueuedJob
from engine.jobs.stored import StoredJobs, Table
from engine.jobs.task import Arguments
from engine.store.types import UtcDateTime

QUEUE = "idflow"
"""The name of the queue."""

NOW = "coalesce(CAST(:now AS timestamptz), now())"
"""The time that decides; `now` is what `given` returns."""


def statement(sql: str, **json: Any) -> TextClause:
    """Return a statement; its times are aware ones."""
    typed = [bindparam(name, type_=UtcDateTime) for name in ("now", "run_at", "later", "before") if f":{name}" in sql]
    return text(sql).bindparams(*typed, *(bindparam(name, type_=type_) for name, type_ in json.items()))


def given(clock: Clock) -> datetime | None:
    """Return the time when a clock is to decide; None: that of the database does."""
    return None if isinstance(clock, SystemClock) else clock.now()


def written(time: datetime) -> str:
    """Return a time as it is kept in `args`: such texts are sorted as the times are."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


_ROW = (
    "id, task_name AS task, args, queueing_lock AS key, scheduled_at AS run_at, attempts, status = 'doing' AS working,"
    " status = 'failed' AS failed"
)
_ENQUEUE = statement(
    "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, scheduled_at)"
    " VALUES (:queue, :task, :key, :args, :run_at) ON CONFLICT DO NOTHING RETURNING id",
    args=JSONB,
)
_REPLACE_FAILED = statement(
    "UPDATE procrastinate_jobs SET task_name = :task, args = :args, scheduled_at = :run_at, attempts = 0,"
    " status = 'todo' WHERE queueing_lock = :key AND status = 'failed'",
    args=JSONB,
)
_CANCEL = text("DELETE FROM procrastinate_jobs WHERE queueing_lock = :key")
_CANCEL_ALL = text("DELETE FROM procrastinate_jobs WHERE queueing_lock BETWEEN :first AND :last")
_STATS = statement(
    f"SELECT count(*) FILTER (WHERE status = 'todo' AND scheduled_at <= {NOW}) AS due,"  # noqa: S608 - a constant
    f" count(*) FILTER (WHERE status = 'todo' AND scheduled_at > {NOW}) AS later,"
    " count(*) FILTER (WHERE status = 'doing') AS working,"
    " count(*) FILTER (WHERE status = 'failed') AS failed,"
    f" min(scheduled_at) FILTER (WHERE status = 'todo' AND scheduled_at <= {NOW}) AS due_since"
    " FROM procrastinate_jobs"
)
_FAILED = text(
    f"SELECT {_ROW} FROM procrastinate_jobs WHERE status = 'failed'"  # noqa: S608 - a constant
    " ORDER BY args ->> 'failed_at' DESC, id DESC LIMIT :at_most"
)
_BY_PREFIX = text(
    f"SELECT {_ROW} FROM procrastinate_jobs"  # noqa: S608 - a constant
    " WHERE queueing_lock BETWEEN :first AND :last ORDER BY scheduled_at, id"
)
_BY_KEYS = text(
    f"SELECT {_ROW} FROM procrastinate_jobs WHERE queueing_lock = ANY(:keys)"  # noqa: S608 - a constant
    " ORDER BY scheduled_at, id"
)
_NEXT_DUE = text("SELECT min(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo'")
_RETRY = statement(
    f"UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = {NOW},"  # noqa: S608 - a constant
    " args = args - 'failed_at'"
    " WHERE id = :one AND status = 'failed' RETURNING id"
)
_EVERY = text(f"SELECT {_ROW} FROM procrastinate_jobs ORDER BY id")  # noqa: S608 - a constant
_PUT = statement(
    "INSERT INTO procrastinate_jobs"
    " (id, queue_name, task_name, queueing_lock, args, scheduled_at, attempts, status)"
    " VALUES (:id, :queue, :task, :key, :args, :run_at, :attempts, CAST(:status AS procrastinate_job_status))",
    args=JSONB,
)
_ON_FROM = text(
    "SELECT setval(pg_get_serial_sequence('procrastinate_jobs', 'id'), max(id)) FROM procrastinate_jobs"
    " HAVING max(id) IS NOT NULL"
)


def _job(row: Row[*tuple[Any, ...]]) -> QueuedJob:
    # What somebody else has put into these tables has no `arguments`.
    noted = row.args if "arguments" in row.args else {"arguments": row.args}
    failed_at = _time(noted.get("failed_at")) or row.run_at
    return QueuedJob(
        id=row.id,
        task=row.task,
        arguments=noted["arguments"],
        key=row.key,
        run_at=row.run_at,
        attempts=row.attempts,
        working=row.working,
        error=noted.get("error"),
        created_at=_time(noted.get("created_at")) or row.run_at,
        failed_at=failed_at if row.failed else None,
    )


def _time(noted: str | None) -> datetime | None:
    return None if noted is None else datetime.fromisoformat(noted)


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
class ProcrastinateJobs(StoredJobs):
    """The jobs in Procrastinate's tables; see `Jobs`."""

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
        args = {"arguments": dict(arguments), "created_at": written(now)}
        row = {"queue": QUEUE, "task": task, "key": key, "args": args, "run_at": run_at or now}
        if session.scalar(_ENQUEUE, row) is None:
            session.execute(_REPLACE_FAILED, row)

    def cancel(self, session: Session, key: str) -> None:
        """Remove the job with this key; see `Jobs.cancel`."""
        session.execute(_CANCEL, {"key": key})

    def stats(self, session: Session) -> JobStats:
        """Count the jobs."""
        return JobStats(*session.execute(_STATS, {"now": given(self.clock)}).one())

    def retry(self, session: Session, job_id: int) -> None:
        """Have a job that was given up run now; see `Jobs.retry`."""
        if session.scalar(_RETRY, {"one": job_id, "now": given(self.clock)}) is None:
            raise JobNotFound

    def put(self, session: Session, jobs: Sequence[QueuedJob]) -> None:
        """Have these jobs; see `Jobs.put`."""
        session.execute(_PUT, [_put(job) for job in jobs])
        session.execute(_ON_FROM)


def _put(job: QueuedJob) -> dict[str, Any]:
    args: dict[str, Any] = {"arguments": dict(job.arguments), "created_at": written(job.created_at)}
    if job.error is not None:
        args["error"] = job.error.replace("\0", "\ufffd")
    if job.failed_at is not None:
        args["failed_at"] = written(job.failed_at)
    what = {"id": job.id, "queue": QUEUE, "task": job.task, "key": job.key, "args": args, "run_at": job.run_at}
    return {**what, "attempts": job.attempts, "status": "todo" if job.failed_at is None else "failed"}
