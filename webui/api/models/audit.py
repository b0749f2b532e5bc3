"""The audit trail: what happened, and whether it is still what was signed."""

from typing import Annotated

from pydantic import Field, JsonValue

from engine.audit import AuditAction
from webui.api.models.base import Id, Moment, Of, Paged, Shown, Text


class EventsAsked(Paged):
    """Looks for events."""

    event: AuditAction | None = None
    account: Annotated[Text | None, Field(description="The name of who did it, or of the account it was about.")] = None
    instance: Id | None = None
    user: Id | None = None
    since: Moment | None = None
    until: Annotated[Moment | None, Field(description="Before then.")] = None


class Event(Shown):
    """One thing that happened. No secret is ever in it."""

    id: int
    at: Moment
    event: str
    instance: Annotated[str | None, Of("instance_id")]
    token: Annotated[str | None, Of("token_id"), Field(description="A process token.")]
    user: Annotated[str | None, Of("user_id")]
    detail: dict[str, JsonValue]


class TrailState(Shown):
    """How far the trail is signed."""

    signed: Annotated[int | None, Field(description="The last event of the last checkpoint; null when there is none.")]
    signed_at: Moment | None
    unsigned: Annotated[int, Field(description="How many events came after it.")]
    removed: Annotated[int, Field(description="Up to which event the trail was removed, as was signed; 0: not at all.")]


class Break(Shown):
    """A place at which the trail is not what it was."""

    kind: str
    first: Annotated[int, Field(description="The first event that is concerned.")]
    last: int
    message: str


class Verification(Shown):
    """What was found."""

    whole: bool
    count: Annotated[int, Field(description="How many events there are.")]
    last: int
    vouched: Annotated[int, Field(description="Up to which event a signed checkpoint vouches for the trail.")]
    breaks: tuple[Break, ...]
    removed: Annotated[int, Field(description="Up to which event the trail was removed, as was signed; 0: not at all.")]
    removed_count: Annotated[int, Field(description="How many events those were.")]
