"""Users of an identity store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.identity.cause import Cause, detail
from engine.identity.stores import StoreRecord
from engine.identity.texts import IdentityInvalid, check_line, check_locale, check_time_zone
from engine.identity.user_records import ExtIdNotUnique, NewUser, UserChanged, UserChanges, UserNotFound, UserRecord
from engine.store import holds_rows
from engine.store.models import IdentityStore, TotpCredential, User, UserStatus
from engine.variables import holds_secret, is_name

MAXIMUM_EXTERNAL_ID = 255
"""In characters."""
MAXIMUM_ATTRIBUTES_BYTES = 16 * 1024
"""How large the attributes of one user may be, as JSON."""

# What a session has in memory may be older than the row: a lock that was set since must count.
_OF_STORE = select(User).where(User.store_id == bindparam("store")).execution_options(populate_existing=True)
_BY_ID = _OF_STORE.where(User.id == bindparam("value"))
_BY_EXTERNAL_ID = _OF_STORE.where(User.external_id == bindparam("value"))
_STORE_STATUS = select(IdentityStore.status).where(IdentityStore.id == bindparam("id"))
_NOW = select(User).where(User.id == bindparam("id")).execution_options(populate_existing=True)
_FOR_UPDATE = _NOW.with_for_update()
_WITH_STORE_STATUS = (
    select(User, IdentityStore.status)
    .join(IdentityStore, IdentityStore.id == User.store_id)
    .where(User.id == bindparam("id"))
    .execution_options(populate_existing=True)
)
_DELETE_CREDENTIALS = delete(TotpCredential).where(TotpCredential.user_id == bindparam("user"))
_DELETE = delete(User).where(User.id == bindparam("user"))


def create(
    session: Session, clock: Clock, store: StoreRecord, new: NewUser, *, cause: Cause | None = None
) -> UserRecord:
    """Make a user of the store.

    Raises:
        IdentityInvalid: when the external ID, an attribute, the locale, the time zone or the status cannot be taken.
        ExtIdNotUnique: when the store has a user with this external ID.

    """
    if new.external_id is not None:
        check_line("An external ID", new.external_id, MAXIMUM_EXTERNAL_ID)
        if find(session, clock, store, new.external_id) is not None:
            raise ExtIdNotUnique(f"The identity store {store.name!r} has a user {new.external_id!r} already.")
    _check_status(new.status)
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
    audit.record(session, clock, AuditAction.USER_CREATED, user_id=row.id, store=store.name, **detail(cause))
    return record(row, clock.now())


def update(  # noqa: PLR0913 - who is changed to what, by whom, where
    session: Session,
    clock: Clock,
    user: UserRecord,
    changes: UserChanges,
    *,
    instance_id: str | None = None,
    cause: Cause | None = None,
) -> UserRecord:
    """Change what is named in `changes`. The audit trail keeps the names of what changed; of values, the status alone.

    Raises:
        UserNotFound: when the user is gone.
        IdentityInvalid: when a value cannot be taken; a temporary lock is made by `locks.lock`.
        ExtIdNotUnique: when another user of the store has the external ID.

    """
    row, values = row_of(session, user), dict[str, Any](changes)
    if changes.get("external_id") is not None:
        check_line("An external ID", values["external_id"], MAXIMUM_EXTERNAL_ID)
    if "attributes" in changes:
        values["attributes"] = _checked(changes["attributes"])
    if "locale" in changes:
        check_locale(changes["locale"])
    if "time_zone" in changes:
        check_time_zone(changes["time_zone"])
    if "status" in changes:
        _check_status(changes["status"])
        values |= {"status": changes["status"].value, "locked_until": None}
    before = {name: getattr(row, name) for name in values}
    changed = sorted(name for name, value in values.items() if before[name] != value and name != "locked_until")
    try:
        with session.begin_nested():
            for name, value in values.items():
                setattr(row, name, value)
    except IntegrityError as error:
        raise ExtIdNotUnique(f"The identity store has a user {values['external_id']!r} already.") from error
    if changed:
        said = {"changed": ", ".join(changed), **detail(cause)}
        if "status" in changed:
            said["status"] = row.status
        audit.record(session, clock, AuditAction.USER_CHANGED, user_id=user.id, instance_id=instance_id, **said)
    return record(row, clock.now())


def remove(
    session: Session,
    clock: Clock,
    user: UserRecord,
    *,
    instance_id: str | None = None,
    cause: Cause | None = None,
) -> None:
    """Delete the user with every credential; what the audit trail keeps is the ID.

    Raises:
        UserNotFound: when the user is gone already.

    """
    session.expunge(row_of(session, user))
    session.execute(_DELETE_CREDENTIALS, {"user": user.id}, execution_options={"synchronize_session": False})
    session.execute(_DELETE, {"user": user.id}, execution_options={"synchronize_session": False})
    said = detail(cause)
    audit.record(session, clock, AuditAction.USER_DELETED, user_id=user.id, instance_id=instance_id, **said)


def as_seen(session: Session, clock: Clock, store: StoreRecord, user_id: str, version: str) -> UserRecord:
    """Return the user of the store with this ID, and hold the row, when it is still what somebody saw.

    Raises:
        UserNotFound: when there is none.
        UserChanged: when anything is different from `version`.

    """
    found = record(row_of(session, by_id(session, clock, store, user_id)), clock.now())
    if found.version != version:
        raise UserChanged
    return found


def row_of(session: Session, user: UserRecord) -> User:
    """Return the user's row as it is now, and hold it: nobody else changes it before the transaction ends.

    Raises:
        UserNotFound: when the user is gone.

    """
    row = session.scalar(_FOR_UPDATE if holds_rows(session) else _NOW, {"id": user.id})
    if row is None:
        raise gone(user)
    return row


def row_with_store(session: Session, user: UserRecord) -> tuple[User, str | None]:
    """Return what `row_of` does, and the status of the store as it is now.

    Raises:
        UserNotFound: when the user is gone.

    """
    if holds_rows(session):
        # The store is looked at when the row is held: a statement that has waited for it has seen the store before.
        row = row_of(session, user)
        return row, session.scalar(_STORE_STATUS, {"id": row.store_id})
    found = session.execute(_WITH_STORE_STATUS, {"id": user.id}).one_or_none()
    if found is None:
        raise gone(user)
    row, status = found
    return row, status


def gone(user: UserRecord) -> UserNotFound:
    """Return what says that a user was deleted meanwhile."""
    return UserNotFound(f"The user {user.label!r} is gone.")


def by_external_id(session: Session, clock: Clock, store: StoreRecord, external_id: str) -> UserRecord:
    """Return the user of the store with this external ID.

    Raises:
        UserNotFound: when there is none.

    """
    found = find(session, clock, store, external_id)
    if found is None:
        raise missing(store.name, external_id)
    return found


def missing(store: str, external_id: str) -> UserNotFound:
    """Return what says that a store has no user with this external ID."""
    return UserNotFound(f"The identity store {store!r} has no user with the external ID {external_id!r}.")


def by_id(session: Session, clock: Clock, store: StoreRecord, user_id: str) -> UserRecord:
    """Return the user of the store with this ID; a user of another store is not found.

    Raises:
        UserNotFound: when there is none.

    """
    found = _find(session, clock, _BY_ID, store, user_id)
    if found is None:
        raise missing_id(store.name, user_id)
    return found


def missing_id(store: str, user_id: str) -> UserNotFound:
    """Return what says that a store has no user with this ID."""
    return UserNotFound(f"The identity store {store!r} has no user with the ID {user_id!r}.")


def find(session: Session, clock: Clock, store: StoreRecord, external_id: str) -> UserRecord | None:
    """Return the user of the store with this external ID, or None."""
    return _find(session, clock, _BY_EXTERNAL_ID, store, external_id)


def record(row: User, now: datetime) -> UserRecord:
    """Return a row as everybody else sees it: a temporary lock that has ended is none."""
    status, until = UserStatus(row.status), row.locked_until
    if status is UserStatus.TEMP_LOCKED and until is not None and until <= now:
        status, until = UserStatus.ACTIVE, None
    return UserRecord(
        id=row.id,
        store_id=row.store_id,
        external_id=row.external_id,
        status=status,
        locale=row.locale,
        time_zone=row.time_zone,
        attributes=row.attributes,
        created_at=row.created_at,
        last_authenticated_at=row.last_authenticated_at,
        locked_until=until,
    )


def _find(session: Session, clock: Clock, query: Select[User], store: StoreRecord, value: str) -> UserRecord | None:
    row = session.scalar(query, {"store": store.id, "value": value})
    return None if row is None else record(row, clock.now())


def _check_status(status: UserStatus) -> None:
    if status is UserStatus.TEMP_LOCKED:
        raise IdentityInvalid("A temporary lock has an end: lock the user until a time instead.")


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
