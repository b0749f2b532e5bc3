"""Users of an identity store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity.stores import StoreRecord
from engine.identity.texts import IdentityInvalid, check_line, check_locale, check_time_zone
from engine.store import User
from engine.store.models import UserStatus
from engine.variables import holds_secret, is_name

MAXIMUM_EXTERNAL_ID = 255
"""In characters."""
MAXIMUM_ATTRIBUTES_BYTES = 16 * 1024
"""How large the attributes of one user may be, as JSON."""

SHUT_OUT = frozenset({UserStatus.LOCKED, UserStatus.TEMP_LOCKED, UserStatus.DISABLED})
"""A user with one of these statuses neither registers a credential nor sees one."""


# What a session has in memory may be older than the row: a lock that was set since must count.
_OF_STORE = select(User).where(User.store_id == bindparam("store")).execution_options(populate_existing=True)
_BY_ID = _OF_STORE.where(User.id == bindparam("value"))
_BY_EXTERNAL_ID = _OF_STORE.where(User.external_id == bindparam("value"))


class UserNotFound(BpmnError):
    """The identity store has no such user."""


class UserLocked(BpmnError):
    """The user is locked or disabled."""


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

    @property
    def label(self) -> str:
        """The external ID, or the ID of a user who has none."""
        return self.external_id or self.id


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


def create(session: Session, clock: Clock, store: StoreRecord, new: NewUser) -> UserRecord:
    """Make a user of the store.

    Raises:
        IdentityInvalid: when the external ID, an attribute, the locale or the time zone cannot be taken.
        ExtIdNotUnique: when the store has a user with this external ID.

    """
    if new.external_id is not None:
        check_line("An external ID", new.external_id, MAXIMUM_EXTERNAL_ID)
        if find(session, store, new.external_id) is not None:
            raise ExtIdNotUnique(f"The identity store {store.name!r} has a user {new.external_id!r} already.")
    row = User(
        store_id=store.id,
        external_id=new.external_id,
        status=new.status.value,
        locale=store.locale if new.locale is None else check_locale(new.locale),
        time_zone=store.time_zone if new.time_zone is None else check_time_zone(new.time_zone),
        attributes=_checked(new.attributes),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return _record(row)


def by_external_id(session: Session, store: StoreRecord, external_id: str) -> UserRecord:
    """Return the user of the store with this external ID.

    Raises:
        UserNotFound: when there is none.

    """
    found = find(session, store, external_id)
    if found is None:
        raise UserNotFound(f"The identity store {store.name!r} has no user with the external ID {external_id!r}.")
    return found


def by_id(session: Session, store: StoreRecord, user_id: str) -> UserRecord:
    """Return the user of the store with this ID; a user of another store is not found.

    Raises:
        UserNotFound: when there is none.

    """
    found = _find(session, _BY_ID, store, user_id)
    if found is None:
        raise UserNotFound(f"The identity store {store.name!r} has no user with the ID {user_id!r}.")
    return found


def find(session: Session, store: StoreRecord, external_id: str) -> UserRecord | None:
    """Return the user of the store with this external ID, or None."""
    return _find(session, _BY_EXTERNAL_ID, store, external_id)


def admit(user: UserRecord) -> None:
    """Do nothing for a user who may use credentials.

    Raises:
        UserLocked: for one who may not.

    """
    if user.status in SHUT_OUT:
        raise UserLocked(f"The user {user.label!r} is {user.status}.")


def _record(row: User) -> UserRecord:
    return UserRecord(
        id=row.id,
        store_id=row.store_id,
        external_id=row.external_id,
        status=UserStatus(row.status),
        locale=row.locale,
        time_zone=row.time_zone,
        attributes=row.attributes,
        created_at=row.created_at,
        last_authenticated_at=row.last_authenticated_at,
    )


def _find(session: Session, query: Select[User], store: StoreRecord, value: str) -> UserRecord | None:
    row = session.scalar(query, {"store": store.id, "value": value})
    return None if row is None else _record(row)


def _checked(attributes: Mapping[str, Any]) -> dict[str, Any]:
    for name in attributes:
        if not is_name(name):
            raise IdentityInvalid(f"{name!r} cannot name an attribute: use letters, digits and underscores.")
    plain = dict(attributes)
    if holds_secret(plain):
        raise IdentityInvalid("A secret cannot be an attribute of a user.")
    try:
        size = len(orjson.dumps(plain))
    except TypeError as error:
        raise IdentityInvalid(f"An attribute of a user cannot be kept: {error}.") from error
    if size > MAXIMUM_ATTRIBUTES_BYTES:
        raise IdentityInvalid(f"A user's attributes take {size} bytes; {MAXIMUM_ATTRIBUTES_BYTES} are allowed.")
    return plain
