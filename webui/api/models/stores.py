"""Identity stores: each holds its own users."""

from typing import Annotated

from pydantic import Field

from engine.store.models import StoreStatus
from webui.api.models.base import Asked, Id, Moment, Of, Partial, Sent, Shown, Text

Reason = Annotated[Text, Field(min_length=1, max_length=300, description="Why. The audit trail keeps it.")]


class StoreNamed(Asked):
    """Names a store."""

    store_id: Id


class StoreSummary(Shown):
    """A store in a list."""

    id: Id
    name: str
    status: StoreStatus
    locale: str
    time_zone: str
    users: Annotated[int, Field(description="How many it has.")]
    created_at: Moment


class Store(Shown):
    """An identity store."""

    id: Id
    name: str
    status: Annotated[
        StoreStatus, Field(description="The users of a disabled store neither register, authenticate nor see a secret.")
    ]
    locale: Annotated[str, Field(description="What new users have unless they have their own.")]
    time_zone: Annotated[str, Field(description="What new users have unless they have their own.")]
    created_at: Moment
    revision: Annotated[str, Of("version"), Field(description="Changes as soon as a setting does.")]


class NewStore(Sent):
    """A store that is to be made."""

    name: Annotated[Text, Field(min_length=1)]
    locale: Text = "en"
    time_zone: Text = "UTC"


class StoreChange(Partial):
    """What is to be changed of a store; what is not there stays."""

    locale: Text | None = None
    time_zone: Text | None = None
    status: Annotated[StoreStatus | None, Field(description="To change it, give a reason.")] = None
    reason: Annotated[Text, Field(max_length=300)] = ""
