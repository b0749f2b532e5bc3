"""Identity stores: each holds its own users."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import BpmnError, Conflict
from engine.identity.cause import Cause, detail
from engine.identity.texts import MAXIMUM_NAME, NameTaken, check_line, check_locale, check_time_zone
from engine.store.models import IdentityStore, StoreStatus

_BY_NAME = (
    select(IdentityStore).where(IdentityStore.name == bindparam("name")).execution_options(populate_existing=True)
)
_BY_ID = select(IdentityStore).where(IdentityStore.id == bindparam("id")).execution_options(populate_existing=True)


class StoreChanged(Conflict):
    """Somebody changed this identity store meanwhile. Nothing was done; look at it again."""

    code = "store-changed"


class StoreNotFound(BpmnError):
    """There is no identity store of this name."""


@dataclass(frozen=True, slots=True)
class StoreRecord:
    """An identity store."""

    id: str
    name: str
    locale: str
    """What its users have unless they have their own."""
    time_zone: str
    """What its users have unless they have their own."""
    created_at: datetime
    status: StoreStatus = StoreStatus.ACTIVE
    """The users of a disabled store neither register, authenticate nor see a secret."""

    @property
    def version(self) -> str:
        """What is different as soon as the store is: whoever changes it says which version they saw."""
        return sha256(orjson.dumps([self.locale, self.time_zone, self.status])).hexdigest()[:32]


def create(  # noqa: PLR0913 - what it is, and who makes it
    session: Session, clock: Clock, name: str, locale: str, time_zone: str, *, cause: Cause | None = None
) -> StoreRecord:
    """Make a store.

    Raises:
        IdentityInvalid: when the name, the locale or the time zone cannot be taken.
        NameTaken: when there is one of this name.

    """
    row = IdentityStore(
        name=check_line("The name of an identity store", name, MAXIMUM_NAME),
        locale=check_locale(locale),
        time_zone=check_time_zone(time_zone),
        created_at=clock.now(),
        status=StoreStatus.ACTIVE.value,
    )
    if find(session, name) is not None:
        raise NameTaken(f"There is an identity store {name!r} already; choose another name.")
    session.add(row)
    session.flush()
    audit.record(session, clock, AuditAction.STORE_CREATED, store=name, **detail(cause))
    return _record(row)


def update(  # noqa: PLR0913 - what is changed to what, by whom
    session: Session, clock: Clock, store: StoreRecord, *, locale: str, time_zone: str, cause: Cause | None = None
) -> StoreRecord:
    """Change what new users of the store get; those that there are keep theirs.

    Raises:
        IdentityInvalid: when the locale or the time zone cannot be taken.
        StoreNotFound: when it is gone.

    """
    get(session, store.name)
    row = session.get_one(IdentityStore, store.id)
    values = {"locale": check_locale(locale), "time_zone": check_time_zone(time_zone)}
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    session.flush()
    if changed:
        said = {"store": store.name, **changed, **detail(cause)}
        audit.record(session, clock, AuditAction.STORE_CHANGED, **said)
    return _record(row)


def set_status(
    session: Session, clock: Clock, store: StoreRecord, status: StoreStatus, *, cause: Cause | None = None
) -> StoreRecord:
    """Disable the store, or make it active again.

    Raises:
        StoreNotFound: when it is gone.

    """
    get(session, store.name)
    row = session.get_one(IdentityStore, store.id)
    if row.status != status:
        row.status = status.value
        session.flush()
        said = {"store": store.name, "status": status.value, **detail(cause)}
        audit.record(session, clock, AuditAction.STORE_CHANGED, **said)
    return _record(row)


def get(session: Session, name: str) -> StoreRecord:
    """Return the store of this name.

    Raises:
        StoreNotFound: when there is none.

    """
    found = find(session, name)
    if found is None:
        raise missing(name)
    return found


def missing(name: str) -> StoreNotFound:
    """Return what says that there is no store of this name."""
    return StoreNotFound(f"There is no identity store {name!r}. Check the Store Name.")


def by_id(session: Session, store_id: str) -> StoreRecord:
    """Return the store with this id.

    Raises:
        StoreNotFound: when there is none.

    """
    row = session.scalar(_BY_ID, {"id": store_id})
    if row is None:
        raise StoreNotFound("There is no identity store with this ID.")
    return _record(row)


def as_seen(session: Session, store_id: str, version: str) -> StoreRecord:
    """Return the store with this id when it is still what somebody saw.

    Raises:
        StoreNotFound: when there is none.
        StoreChanged: when anything is different from `version`.

    """
    found = by_id(session, store_id)
    if found.version != version:
        raise StoreChanged
    return found


def find(session: Session, name: str) -> StoreRecord | None:
    """Return the store of this name, or None."""
    row = session.scalar(_BY_NAME, {"name": name})
    return None if row is None else _record(row)


def _record(row: IdentityStore) -> StoreRecord:
    return StoreRecord(row.id, row.name, row.locale, row.time_zone, row.created_at, StoreStatus(row.status))
