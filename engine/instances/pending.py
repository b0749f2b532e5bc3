"""What is done, or was done, for an instance without a person: timers, calls outside, mails. Never what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.instances.outbox import ERRAND, TIMER
from engine.jobs import Jobs, QueuedJob
from engine.mail.office import SEND
from engine.store.models import Base, Mail

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
    ERRAND = "errand"


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


_WAITED_FOR = ((JobKind.TIMER, TIMER), (JobKind.ERRAND, ERRAND))


@dataclass(frozen=True, slots=True)
class JobView:
    """A job of an instance."""

    kind: JobKind
    id: str
    """Of the job of the timer or errand, or of the mail."""
    token_id: str | None
    """The token that waits for the timer, or for what comes of the errand."""
    state: JobState
    due: datetime | None
    """When it is tried next."""
    attempts: int
    error: str | None
    """What the last attempt failed with."""
    created_at: datetime
    ended_at: datetime | None = None


def of_instance(session: Session, jobs: Jobs, instance_id: str, now: datetime) -> tuple[JobView, ...]:
    """Return the jobs of an instance: timers and errands by when they are due, mails by when they were written."""
    waiting = (_waiting(session, jobs, kind, task, instance_id, now) for kind, task in _WAITED_FOR)
    return (*chain.from_iterable(waiting), *_mails(session, jobs, instance_id, now))


def _waiting(  # noqa: PLR0913, PLR0917 - where to look, and for what
    session: Session, jobs: Jobs, kind: JobKind, task: str, instance_id: str, now: datetime
) -> Iterator[JobView]:
    prefix = f"{task}:{instance_id}:"
    for job in jobs.find(session, prefix=prefix):
        state = _state(job, now)
        due = None if state is JobState.FAILED else job.run_at
        token_id = (job.key or "").removeprefix(prefix)
        # An attempt at an errand that failed is no failure of its job, which makes way for the next one.
        earlier, why = job.arguments.get("attempt", 1) - 1, job.error or job.arguments.get("why")
        state = JobState.RETRYING if earlier and state is JobState.WAITING else state
        yield JobView(
            kind, str(job.id), token_id, state, due, earlier + job.attempts, why, job.created_at, job.failed_at
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
