"""Background work and mails that were given up."""

from typing import Annotated

from pydantic import Field, JsonValue

from webui.api.models.base import MAXIMUM_NUMBER, Asked, Id, Moment, Of, Shown


class JobNamed(Asked):
    """Names a job."""

    job_id: Annotated[int, Field(ge=1, le=MAXIMUM_NUMBER)]


class MailNamed(Asked):
    """Names a mail."""

    mail_id: Id


class FailedJob(Shown):
    """A job that was given up."""

    id: int
    task: str
    arguments: Annotated[dict[str, JsonValue], Field(description="What it is about: ids, by name.")]
    attempts: int
    error: Annotated[str, Field(description="What the last attempt failed with.")]
    created_at: Moment
    failed_at: Moment


class JobState(Shown):
    """How many jobs there are."""

    due: Annotated[int, Field(description="They could run now.")]
    due_since: Annotated[Moment | None, Field(description="When the oldest of those became due.")]
    later: Annotated[int, Field(description="Their time has not come, or they wait after a failure.")]
    working: Annotated[int, Field(description="A worker has them.")]
    failed: Annotated[int, Field(description="They were given up.")]


class FailedMail(Shown):
    """A mail that was given up, without what it says and to whom."""

    id: Id
    instance: Annotated[str | None, Of("instance_id")]
    error: str
    created_at: Moment
    failed_at: Moment
