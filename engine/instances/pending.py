"""What is done, or was done, for an instance without a person: its timers and its mails. Never what a mail says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.instances.outbox import TIMER
from engine.mail.office import SEND
from engine.store import Base, Job
from engine.store.mail import Mail

_LAST = "\U0010ffff"
"""Sorts after every other character."""

_JOBS, _MAILS = Base.metadata.tables[Job.__tablename__], Base.metadata.tables[Mail.__tablename__]
_TIMERS = select(_JOBS).where(_JOBS.c.key.between(bindparam("first"), bindparam("last"))).order_by(_JOBS.c.run_at)
_SENDING = select(_JOBS).where(_JOBS.c.key.in_(bindparam("keys", expanding=True)))
_SENT = (
    select(_MAILS.c.id, _MAILS.c.created_at, _MAILS.c.sent_at, _MAILS.c.failed_at, _MAILS.c.error)
    .where(_MAILS.c.instance_id == bindparam("instance"))
    .order_by(_MAILS.c.created_at, _MAILS.c.id)
)


class JobKind(StrEnum):
    """What a job does."""

    TIMER = "timer"
    MAIL = "mail"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    """Its time has not come."""
    DUE = "due"
    """A worker takes it next."""
    RUNNING = "running"
    RETRYING = "retrying"
    """An attempt failed; there will be another."""
    FAILED = "failed"
    """It was given up."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class JobView:
    """A job of an instance."""

    kind: JobKind
    id: str
    """Of the timer's job, or of the mail."""
    token_id: str | None
    """The token that waits for the timer."""
    state: JobState
    due: datetime | None
    """When it is tried next."""
    attempts: int
    error: str | None
    """What the last attempt failed with."""
    created_at: datetime
    ended_at: datetime | None = None


def of_instance(session: Session, instance_id: str, now: datetime) -> tuple[JobView, ...]:
    """Return the jobs of an instance: its timers by when they are due, then its mails by when they were written."""
    return (*_timers(session, instance_id, now), *_mails(session, instance_id, now))


def _timers(session: Session, instance_id: str, now: datetime) -> Iterator[JobView]:
    prefix = f"{TIMER}:{instance_id}:"
    for row in session.execute(_TIMERS, {"first": prefix, "last": prefix + _LAST}):
        state = _state(row, now)
        due = None if state is JobState.FAILED else row.run_at
        token_id = row.key.removeprefix(prefix)
        yield JobView(
            JobKind.TIMER, str(row.id), token_id, state, due, row.attempt, row.error, row.created_at, row.failed_at
        )


def _mails(session: Session, instance_id: str, now: datetime) -> Iterator[JobView]:
    mails = session.execute(_SENT, {"instance": instance_id}).all()
    keys = [f"{SEND}:{mail.id}" for mail in mails]
    jobs = {row.key: row for row in session.execute(_SENDING, {"keys": keys})} if keys else {}
    for mail, key in zip(mails, keys, strict=True):
        job = jobs.get(key)
        state, due = JobState.DONE, None
        if mail.failed_at is not None:
            state = JobState.FAILED
        elif mail.sent_at is None and job is not None:
            state, due = _state(job, now), job.run_at
        ended, error = mail.sent_at or mail.failed_at, mail.error or (job.error if job else None)
        attempts = job.attempt if job else 0
        yield JobView(JobKind.MAIL, mail.id, None, state, due, attempts, error, mail.created_at, ended)


def _state(row: object, now: datetime) -> JobState:
    failed_at, worker, error, run_at = (getattr(row, name) for name in ("failed_at", "worker", "error", "run_at"))
    if failed_at is not None:
        return JobState.FAILED
    if worker is not None:
        return JobState.RUNNING
    if run_at > now:
        return JobState.RETRYING if error else JobState.WAITING
    return JobState.DUE
