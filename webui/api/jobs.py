"""Background work and mails that were given up."""

from typing import Any

from engine.accounts import Permission
from engine.jobs import JobNotFound
from engine.mail import MailNotFound
from webui.api.models.base import Nothing, Page, Paged
from webui.api.models.jobs import FailedJob, FailedMail, JobNamed, JobState, MailNamed
from webui.api.operation import Call, Operation
from webui.api.pages import of_all

MAXIMUM_FAILED = 1000
"""How many jobs, or mails, are listed: the latest."""


def get_job_state(call: Call[Nothing, Nothing, Nothing]) -> JobState:
    """Count the jobs."""
    return JobState.model_validate(call.application.background.stats())


def list_failed_jobs(call: Call[Nothing, Paged, Nothing]) -> Page[FailedJob]:
    """Return the jobs that were given up."""
    return of_all(
        call.application.background.failed_jobs(MAXIMUM_FAILED), call.query, lambda each: f"{each.id:010}", FailedJob
    )


def retry_job(call: Call[JobNamed, Nothing, Nothing]) -> None:
    """Have a job run now."""
    call.application.background.retry_job(call.path.job_id, **_by(call))


def list_failed_mails(call: Call[Nothing, Paged, Nothing]) -> Page[FailedMail]:
    """Return the mails that were given up."""
    found = call.application.background.failed_mails(MAXIMUM_FAILED)
    return of_all(found, call.query, lambda each: f"{each.failed_at.isoformat()}-{each.id}", FailedMail)


def retry_mail(call: Call[MailNamed, Nothing, Nothing]) -> None:
    """Have a mail sent now."""
    call.application.background.retry_mail(call.path.mail_id, **_by(call))


def _by(call: Call[Any, Any, Any]) -> dict[str, str]:
    return {"by": call.by, **({"key": call.key} if call.key else {})}


_VIEW, _RETRY = Permission.JOBS_VIEW, Permission.JOBS_RETRY

OPERATIONS = (
    Operation(get_job_state, "GET", "/jobs/state", "Get how much background work there is", _VIEW),
    Operation(list_failed_jobs, "GET", "/jobs/failed", "List background work that was given up", _VIEW),
    Operation(retry_job, "POST", "/jobs/{job_id}/retry", "Try background work again", _RETRY, (JobNotFound,)),
    Operation(list_failed_mails, "GET", "/mails/failed", "List mails that were given up", _VIEW),
    Operation(retry_mail, "POST", "/mails/{mail_id}/retry", "Try to send a mail again", _RETRY, (MailNotFound,)),
)
