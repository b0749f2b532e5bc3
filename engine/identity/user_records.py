"""What is known of a user, what one is made from, and why nothing could be done with one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypedDict

import orjson

from engine.errors import BpmnError, Conflict
from engine.store.models import UserStatus


class UserNotFound(BpmnError):
    """The identity store has no such user."""


class UserChanged(Conflict):
    """Somebody changed this user meanwhile. Nothing was done; look at the user again."""

    code = "user-changed"


class UserLocked(BpmnError):
    """The user is locked or disabled, or has to wait after failures."""

    def __init__(self, message: str | None = None, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until
        """When it ends by itself; None when somebody has to end it."""


class ExtIdNotUnique(BpmnError):
    """The identity store has a user with this external ID already."""


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A user, without credentials."""

    id: str
    store_id: str
    external_id: str | None
    status: UserStatus
    locale: str
    time_zone: str
    attributes: Mapping[str, Any]
    created_at: datetime
    last_authenticated_at: datetime | None
    locked_until: datetime | None = None
    """When a temporary lock ends by itself."""

    @property
    def label(self) -> str:
        """The external ID, or the ID of a user who has none."""
        return self.external_id or self.id

    @property
    def version(self) -> str:
        """What is different as soon as the user is: whoever changes them says which version they saw."""
        until = None if self.locked_until is None else self.locked_until.isoformat()
        seen = [self.external_id, self.status, self.locale, self.time_zone, dict(self.attributes), until]
        return sha256(orjson.dumps(seen)).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class NewUser:
    """What a user is made from."""

    external_id: str | None
    attributes: Mapping[str, Any]
    """JSON values by name."""
    locale: str | None
    """None is the store's."""
    time_zone: str | None
    """None is the store's."""
    status: UserStatus


class UserChanges(TypedDict, total=False):
    """What is to be changed of a user, by name; what is not there stays."""

    external_id: str | None
    attributes: Mapping[str, Any]
    """All of them."""
    locale: str
    time_zone: str
    status: UserStatus
