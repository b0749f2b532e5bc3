"""How a worker takes a job for itself, and lets it go. Each function is one statement in the caller's transaction.

A claim is a lease: when it ends before the job does, another worker may claim the job. Whoever has lost it is kept
from writing by its number of the attempt: every statement here hits the row only while the claim holds.

Nothing extends a lease. While a handler writes it holds SQLite's write lock, or the row of its job on PostgreSQL, so
nobody can claim its job however long it takes (and it could not write a heartbeat that another sees). What is done
outside (`Outside.work`) consists of calls with timeouts, far shorter than a lease.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Delete, Update, bindparam, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from engine.jobs.table import JOBS
from engine.jobs.task import Arguments

LEASE = timedelta(seconds=60)
"""How long a worker has a job for itself, from the claim to the transaction that ends it."""

MAXIMUM_ERROR = 2000
"""How many characters of an error are kept."""


class Lane(Enum):
    """Which jobs a thread does."""

    ANY = auto()
    APART = auto()
    """Those of tasks that are done apart; see `Task.apart`."""
    OTHERS = auto()


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker has for itself until its lease ends."""

    id: int
    task: str
    arguments: Arguments
    attempt: int
    """Counted from 1."""
    worker: str


def _claiming(*which: ColumnElement[bool]) -> ReturningUpdate[int, str, Arguments, int, str]:
    following = (
        select(JOBS.c.id)
        .where(JOBS.c.run_at <= bindparam("now"), JOBS.c.failed_at.is_(None), *which)
        .order_by(JOBS.c.run_at, JOBS.c.id)
        .limit(1)
        # Of workers that look at once, each takes another one; SQLite has one writer anyway.
        .with_for_update(skip_locked=True)
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


def claim(
    session: Session, now: datetime, worker: str, lane: Lane = Lane.ANY, apart: Collection[str] = ()
) -> Claim | None:
    """Claim the job that has been due longest of those in a lane; None when none is due. `apart` names tasks."""
    values: dict[str, Any] = {"now": now, "lease_end": now + LEASE, "by": worker}
    if lane is not Lane.ANY:
        values["names"] = sorted(apart)
    row = session.execute(_CLAIMS[lane], values).one_or_none()
    return None if row is None else Claim(*row)


def end(session: Session, held: Claim) -> bool:
    """Remove the job, which is done when this transaction is committed; False when the claim is lost."""
    return _settle(session, _END, held)


def try_again(session: Session, held: Claim, at: datetime, error: str) -> bool:
    """Let the job go until `at`, after a failure; False when the claim is lost."""
    return _settle(session, _AGAIN, held, later=at, why=error[:MAXIMUM_ERROR])


def put_back(session: Session, held: Claim, at: datetime) -> bool:
    """Let the job go until `at`, as if this attempt had not been; False when the claim is lost."""
    return _settle(session, _UNCOUNTED, held, later=at)


def give_up(session: Session, held: Claim, now: datetime, error: str) -> bool:
    """Leave the job to an operator; False when the claim is lost."""
    return _settle(session, _GIVE_UP, held, given_up_at=now, why=error[:MAXIMUM_ERROR])


def _settle(session: Session, statement: Delete | Update, held: Claim, **values: object) -> bool:
    which = {"held_id": held.id, "held_attempt": held.attempt, "held_worker": held.worker}
    return session.scalar(statement, which | values) is not None
