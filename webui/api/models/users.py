"""Users of an identity store. No secret is ever in them."""

from typing import Annotated

from pydantic import Field, JsonValue

from engine.identity.policy_settings import Algorithm
from engine.identity.search import Field as LookedAt
from engine.store.models import CredentialStatus, UserStatus
from webui.api.models.base import Asked, Id, Moment, Of, Paged, Partial, Sent, Shown, Text
from webui.api.models.stores import Reason, StoreNamed

ExternalId = Annotated[Text, Field(min_length=1, max_length=255)]
Attributes = Annotated[dict[str, JsonValue], Field(description="JSON values by name.")]


class UserNamed(StoreNamed):
    """Names a user."""

    user_id: Id


class CredentialNamed(UserNamed):
    """Names a registration of a user."""

    credential_id: Id


class UsersAsked(Paged):
    """Looks for users. Nothing is found by an empty text."""

    q: Annotated[Text, Field(min_length=1, max_length=255, description="What is looked for.")]
    by: Annotated[
        LookedAt,
        Field(description="An external ID begins with it; an ID is it; an attribute has it as its value."),
    ] = LookedAt.EXTERNAL_ID
    attribute: Annotated[Text, Field(max_length=255, description="The name of the attribute.")] = ""


class User(Shown):
    """A user in a list."""

    id: Id
    store: Annotated[Id, Of("store_id")]
    external_id: str | None
    status: UserStatus
    locale: str
    time_zone: str
    attributes: Attributes
    created_at: Moment
    last_authenticated_at: Moment | None
    locked_until: Annotated[Moment | None, Field(description="When a temporary lock ends by itself.")]
    revision: Annotated[
        str, Of("version"), Field(description="Changes as soon as one of the others does that can be set.")
    ]


class Lock(Shown):
    """Why a user is locked."""

    at: Moment | None
    reason: str
    by: Annotated[str | None, Field(description="The account; null is a process, or too many failures.")]


class Waiting(Shown):
    """Failures in a row with one factor."""

    policy: Annotated[str | None, Field(description="The name of the TOTP policy; null is recovery codes.")]
    failures: int
    until: Annotated[Moment | None, Field(description="Until when attempts are refused.")]


class Credential(Shown):
    """A TOTP registration, without its secret."""

    id: Id
    policy: str
    status: CredentialStatus
    issuer: str
    algorithm: Algorithm
    digits: int
    period: Annotated[int, Field(description="Seconds.")]
    registered_at: Moment
    expires_at: Annotated[Moment | None, Field(description="When a registration ends that is not completed.")]
    used_at: Moment | None
    shown_at: Annotated[Moment | None, Field(description="When the secret was shown again last.")]
    displays: Annotated[int, Field(description="How often that was in the last 30 days.")]


class UserDetail(User):
    """Everything about a user that an operator may see."""

    lock: Lock | None
    waiting: tuple[Waiting, ...]
    credentials: tuple[Credential, ...]
    recovery_left: Annotated[int, Field(description="How many recovery codes are left.")]
    recovery_made: Moment | None


class NewUser(Sent):
    """A user that is to be made."""

    external_id: ExternalId | None = None
    locale: Annotated[Text | None, Field(description="Null is the store's.")] = None
    time_zone: Annotated[Text | None, Field(description="Null is the store's.")] = None
    attributes: Attributes = Field(default_factory=dict)
    active: Annotated[bool, Field(description="Otherwise the user is pending until somebody enables them.")] = True
    reason: Annotated[Text, Field(max_length=300)] = ""


class UserChange(Partial):
    """What is to be changed of a user; what is not there stays."""

    external_id: Annotated[ExternalId | None, Field(description="Null takes it away.")] = None
    locale: Annotated[Text, Field(min_length=1)] = ""
    time_zone: Annotated[Text, Field(min_length=1)] = ""
    attributes: Annotated[Attributes, Field(description="All of them.")] = Field(default_factory=dict)
    reason: Reason


class Because(Sent):
    """Why it is done."""

    reason: Reason


class LockOrder(Because):
    """Shuts a user out."""

    until: Annotated[Moment | None, Field(description="Null: until somebody unlocks the user.")] = None


class ReasonAsked(Asked):
    """Why it is done, where a request has no body."""

    reason: Reason
