"""The claims of the driver of PostgreSQL: rows of Procrastinate's, held as long as their worker's heart beats.

A worker is a row of `procrastinate_workers`, whose heartbeat it renews; a job that is worked names it. When a heart has
not beaten for long, its jobs are due again: Procrastinate's documented recovery of stalled jobs, in one statement, made
by every worker. Whoever has lost a job is kept from writing by its number of the attempt, which is counted when a job
is begun: every statement hits the row only while the claim holds. So a worker that was only asleep does no harm.

Procrastinate's own worker is not used: it notes that a job is done in another transaction than the one in which the
handler wrote, so that a process that dies in between has it done twice. Here both are one.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import structlog
from sqlalchemy import TextClause, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.jobs.claims import MAXIMUM_ERROR, Claim, Lane
from engine.jobs.procrastinate_ears import Ears
from engine.jobs.procrastinate_jobs import NOW, given, statement, written
from engine.store import Database, DatabaseBusy, Way

log = structlog.get_logger()

HEARTBEAT = timedelta(seconds=5)
"""How often a worker says that it lives."""

STALLED_AFTER = timedelta(seconds=20)
"""How long a heart may be silent before the jobs of its worker are due again."""

_REGISTER = statement(f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES ({NOW}) RETURNING id")  # noqa: S608 - constants
_BEAT = statement(f"UPDATE procrastinate_workers SET last_heartbeat = {NOW} WHERE id = :me RETURNING id")  # noqa: S608 - constants
_UNREGISTER = text("DELETE FROM procrastinate_workers WHERE id = :me")
_STALLED = f"last_heartbeat < {NOW} - make_interval(secs => :silent)"
# Whose row is locked is in the middle of being done: there is nothing to recover.
_RECOVER = statement(
    f"UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = {NOW}, worker_id = NULL"  # noqa: S608 - constants
    " WHERE id IN (SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND ("
    "worker_id IS NULL OR (worker_id = :me AND id <> ALL(:in_hand))"
    f" OR worker_id IN (SELECT id FROM procrastinate_workers WHERE {_STALLED})"
    ") FOR UPDATE SKIP LOCKED) RETURNING id"
)
_PRUNE = statement(
    f"DELETE FROM procrastinate_workers WHERE {_STALLED} AND id NOT IN"  # noqa: S608 - constants
    " (SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NOT NULL)"
)
# Jobs of an older version of Idflow that is not stopped yet are in the table that this version leaves empty.
_TAKE_OVER = statement(
    f"WITH old AS (DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE worker IS NULL OR run_at <= {NOW}"  # noqa: S608 - constants
    " FOR UPDATE SKIP LOCKED) RETURNING *)"
    " INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, scheduled_at, attempts)"
    " SELECT 'idflow', task, key, jsonb_strip_nulls(jsonb_build_object("
    "'arguments', convert_from(arguments, 'UTF8')::jsonb, 'created_at', created_at, 'error', error,"
    " 'failed_at', failed_at)),"
    " (CASE WHEN failed_at IS NULL THEN 'todo' ELSE 'failed' END)::procrastinate_job_status, run_at, attempt"
    " FROM old ON CONFLICT DO NOTHING"
)


def _claiming(which: str = "") -> TextClause:
    return statement(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = :me, attempts = attempts + 1"  # noqa: S608 - constants
        f" WHERE id = (SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at <= {NOW}{which}"
        # A worker that others take for dead has to register again.
        " AND EXISTS (SELECT FROM procrastinate_workers WHERE id = :me)"
        # Of workers that look at once, each takes another one.
        " ORDER BY scheduled_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)"
        " RETURNING id, task_name, args, attempts"
    )


_CLAIMS = {
    Lane.ANY: _claiming(),
    Lane.APART: _claiming(" AND task_name = ANY(CAST(:names AS text[]))"),
    Lane.OTHERS: _claiming(" AND task_name <> ALL(CAST(:names AS text[]))"),
}
_HELD = "WHERE id = :held AND attempts = :attempt AND status = 'doing' RETURNING id"
_END = text(f"DELETE FROM procrastinate_jobs {_HELD}")  # noqa: S608 - a constant
_LET_GO = "UPDATE procrastinate_jobs SET worker_id = NULL, "
_AGAIN = statement(
    f"{_LET_GO} status = 'todo', scheduled_at = :later, args = args || :noted {_HELD}",
    noted=JSONB,
)
_UNCOUNTED = statement(f"{_LET_GO} status = 'todo', scheduled_at = :later, attempts = attempts - 1 {_HELD}")
_GIVE_UP = statement(f"{_LET_GO} status = 'failed', args = args || :noted {_HELD}", noted=JSONB)


class ProcrastinateClaims:
    """The claims of one worker; see `Claims`. Its threads share one heart."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._me: int | None = None
        self._beat_at: datetime | None = None
        self._in_hand: set[int] = set()
        self._lock = Lock()
        self._ears: Ears | None = None

    def ready(self) -> None:
        """Let the heart beat, and take back what others have lost, if it is time to; see `Claims.ready`."""
        with self._lock:
            now = self._clock.now()
            if self._me is not None and self._beat_at is not None and now - self._beat_at < HEARTBEAT:
                return
            try:
                self._beat()
            except DatabaseBusy:
                # Somebody is in the way; the heart can skip a beat.
                if self._me is None:
                    raise
            self._beat_at = now

    def claim(self, session: Session, worker: str, lane: Lane = Lane.ANY, apart: Collection[str] = ()) -> Claim | None:
        """Claim the job that has been due longest; see `Claims.claim`."""
        values: dict[str, Any] = {"me": self._me, "now": given(self._clock)}
        if lane is not Lane.ANY:
            values["names"] = sorted(apart)
        row = session.execute(_CLAIMS[lane], values).one_or_none()
        if row is None:
            return None
        # Before the commit: a job that this worker has, and knows nothing of, is taken back.
        self._in_hand.add(row.id)
        return Claim(row.id, row.task_name, row.args.get("arguments", row.args), row.attempts, worker)

    def end(self, session: Session, held: Claim) -> bool:
        """Remove the job."""
        return _settle(session, _END, held)

    def try_again(self, session: Session, held: Claim, at: datetime, error: str) -> bool:
        """Let the job go until `at`, after a failure."""
        return _settle(session, _AGAIN, held, later=at, noted={"error": _text(error)})

    def put_back(self, session: Session, held: Claim, at: datetime) -> bool:
        """Let the job go until `at`, as if this attempt had not been."""
        return _settle(session, _UNCOUNTED, held, later=at)

    def give_up(self, session: Session, held: Claim, now: datetime, error: str) -> bool:
        """Leave the job to an operator."""
        return _settle(session, _GIVE_UP, held, noted={"error": _text(error), "failed_at": written(now)})

    def let_go(self, held: Claim) -> None:
        """Forget a job: should it still be claimed, nobody works it, and the next beat of the heart takes it back."""
        self._in_hand.discard(held.id)

    def listen(self, ring: Callable[[], None]) -> None:
        """Call `ring` when a job is enqueued anywhere; and let the heart beat while every thread is busy."""
        self._ears = Ears(self._database, ring, self.ready)
        self._ears.start()

    def stop(self) -> None:
        """Say that this worker works no more."""
        if self._ears is not None:
            self._ears.stop()
            self._ears = None
        if self._me is not None:
            # Whoever cannot be told finds out when the heart is silent.
            with suppress(DatabaseBusy, SQLAlchemyError), self._database.write(Way.BEHIND) as session:
                session.execute(_UNREGISTER, {"me": self._me})
        self._me = self._beat_at = None

    def _beat(self) -> None:
        values = {"me": self._me, "now": given(self._clock), "silent": STALLED_AFTER.total_seconds()}
        with self._database.write(Way.BEHIND) as session:
            me = session.scalar(_BEAT, values) if self._me is not None else None
            if me is None:
                me = session.scalar(_REGISTER, values)
        self._me = values["me"] = me
        with self._database.write(Way.BEHIND) as session:
            session.execute(_TAKE_OVER, values)
            recovered = session.scalars(_RECOVER, {**values, "in_hand": list(self._in_hand)}).all()
            session.execute(_PRUNE, values)
        if recovered:
            log.warning("jobs_recovered", jobs=sorted(recovered))


def _settle(session: Session, sql: TextClause, held: Claim, **values: object) -> bool:
    return session.scalar(sql, {"held": held.id, "attempt": held.attempt, **values}) is not None


def _text(error: str) -> str:
    # PostgreSQL keeps no NUL in JSON either.
    return error[:MAXIMUM_ERROR].replace("\0", "\ufffd")
