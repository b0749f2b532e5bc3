"""What is done, or was done, for an instance without a person: its timers and its mails. Never what a mail says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.instances.outbox import TIMER
from engine.jobs import Jobs, QueuedJob
from engine.mail.office import SEND
from engine.store import Base
from engine.store.mail import Mail

_MAILS = Base.metadata.tables[Mail.__tablename__]
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


def of_instance(session: Session, jobs: Jobs, instance_id: str, now: datetime) -> tuple[JobView, ...]:
    """Return the jobs of an instance: its timers by when they are due, then its mails by when they were written."""
    return (*_timers(session, jobs, instance_id, now), *_mails(session, jobs, instance_id, now))


def _timers(session: Session, jobs: Jobs, instance_id: str, now: datetime) -> Iterator[JobView]:
    prefix = f"{TIMER}:{instance_id}:"
    for job in jobs.find(session, prefix=prefix):
        state = _state(job, now)
        due = None if state is JobState.FAILED else job.run_at
        token_id = (job.key or "").removeprefix(prefix)
        yield JobView(
            JobKind.TIMER, str(job.id), token_id, state, due, job.attempts, job.error, job.created_at, job.failed_at
        )


def _mails(session: Session, jobs: Jobs, instance_id: str, now: datetime) -> Iterator[JobView]:
    mails = session.execute(_SENT, {"instance": instance_id}).all()
    keys = [f"{SEND}:{mail.id}" for mail in mails]
    sending = {job.key: job for job in jobs.find(session, keys=keys)} if keys else {}
    for mail, key in zip(mails, keys, strict=True):
        job = sending.get(key)
        state, due = JobState.DONE, None
        if mail.failed_at is not None:
            state = JobState.FAILED
        elif mail.sent_at is None and job is not None:
            state, due = _state(job, now), job.run_at
        ended, error = mail.sent_at or mail.failed_at, mail.error or (job.error if job else None)
        attempts = job.attempts if job else 0
        yield JobView(JobKind.MAIL, mail.id, None, state, due, attempts, error, mail.created_at, ended)


def _state(job: QueuedJob, now: datetime) -> JobState:
    if job.failed_at is not None:
        return JobState.FAILED
    if job.working:
        return JobState.RUNNING
    if job.run_at > now:
        return JobState.RETRYING if job.error else JobState.WAITING
    return JobState.DUE
