"""The claims of the driver of the table: leases. Each is one statement in the caller's transaction.

A claim is a lease: when it ends before the job does, another worker may claim the job. Whoever has lost it is kept
from writing by its number of the attempt: every statement here hits the row only while the claim holds.

Nothing extends a lease. While a handler writes it holds SQLite's write lock, so nobody can claim its job however long
it takes (and it could not write a heartbeat that another sees). What is done outside (`Outside.work`) consists of
calls with timeouts, far shorter than a lease.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Delete, Update, bindparam, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from engine.clock import Clock
from engine.jobs.claims import MAXIMUM_ERROR, Claim, Lane
from engine.jobs.table import JOBS
from engine.jobs.task import Arguments

LEASE = timedelta(seconds=60)
"""How long a worker has a job for itself, from the claim to the transaction that ends it."""


def _claiming(*which: ColumnElement[bool]) -> ReturningUpdate[int, str, Arguments, int, str]:
    following = (
        select(JOBS.c.id)
        .where(JOBS.c.run_at <= bindparam("now"), JOBS.c.failed_at.is_(None), *which)
        .order_by(JOBS.c.run_at, JOBS.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        update(JOBS)
        .where(JOBS.c.id == following)
        .values(run_at=bindparam("lease_end"), worker=bindparam("by"), attempt=JOBS.c.attempt + 1)
        .returning(JOBS.c.id, JOBS.c.task, JOBS.c.arguments, JOBS.c.attempt, JOBS.c.worker)
    )


_NAMES: BindParameter[list[str]] = bindparam("names", expanding=True)
_CLAIMS = {
    Lane.ANY: _claiming(),
    Lane.APART: _claiming(JOBS.c.task.in_(_NAMES)),
    Lane.OTHERS: _claiming(JOBS.c.task.not_in(_NAMES)),
}
_HELD = (
    (JOBS.c.id == bindparam("held_id"))
    & (JOBS.c.attempt == bindparam("held_attempt"))
    & (JOBS.c.worker == bindparam("held_worker"))
)
_END = delete(JOBS).where(_HELD).returning(JOBS.c.id)
_LET_GO = update(JOBS).where(_HELD).values(worker=None).returning(JOBS.c.id)
_AGAIN = _LET_GO.values(run_at=bindparam("later"), error=bindparam("why"))
_UNCOUNTED = _LET_GO.values(run_at=bindparam("later"), attempt=JOBS.c.attempt - 1)
_GIVE_UP = _LET_GO.values(failed_at=bindparam("given_up_at"), error=bindparam("why"))


class Leases:
    """The claims of one worker; see `Claims`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def ready(self) -> None:
        """Do nothing: a lease ends by itself."""

    def claim(self, session: Session, worker: str, lane: Lane = Lane.ANY, apart: Collection[str] = ()) -> Claim | None:
        """Claim the job that has been due longest; see `Claims.claim`."""
        now = self._clock.now()
        values: dict[str, Any] = {"now": now, "lease_end": now + LEASE, "by": worker}
        if lane is not Lane.ANY:
            values["names"] = sorted(apart)
        row = session.execute(_CLAIMS[lane], values).one_or_none()
        return None if row is None else Claim(*row)

    def end(self, session: Session, held: Claim) -> bool:
        """Remove the job."""
        return _settle(session, _END, held)

    def try_again(self, session: Session, held: Claim, at: datetime, error: str) -> bool:
        """Let the job go until `at`, after a failure."""
        return _settle(session, _AGAIN, held, later=at, why=error[:MAXIMUM_ERROR])

    def put_back(self, session: Session, held: Claim, at: datetime) -> bool:
        """Let the job go until `at`, as if this attempt had not been."""
        return _settle(session, _UNCOUNTED, held, later=at)

    def give_up(self, session: Session, held: Claim, now: datetime, error: str) -> bool:
        """Leave the job to an operator."""
        return _settle(session, _GIVE_UP, held, given_up_at=now, why=error[:MAXIMUM_ERROR])

    def let_go(self, held: Claim) -> None:
        """Do nothing: the lease ends by itself."""

    def listen(self, ring: Callable[[], None]) -> None:
        """Do nothing: whoever enqueues a job is in this process, and rings by itself."""

    def stop(self) -> None:
        """Do nothing."""


def _settle(session: Session, statement: Delete | Update, held: Claim, **values: object) -> bool:
    which = {"held_id": held.id, "held_attempt": held.attempt, "held_worker": held.worker}
    return session.scalar(statement, which | values) is not None
