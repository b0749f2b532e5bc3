"""Identity stores: each holds its own users."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity.texts import MAXIMUM_NAME, NameTaken, check_line, check_locale, check_time_zone
from engine.store import IdentityStore
from engine.store.models import StoreStatus

_BY_NAME = (
    select(IdentityStore).where(IdentityStore.name == bindparam("name")).execution_options(populate_existing=True)
)


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


def create(session: Session, clock: Clock, name: str, locale: str, time_zone: str) -> StoreRecord:
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
    audit.record(session, clock, AuditAction.STORE_CREATED, store=name)
    return _record(row)


def set_status(session: Session, clock: Clock, store: StoreRecord, status: StoreStatus) -> StoreRecord:
    """Disable the store, or make it active again.

    Raises:
        StoreNotFound: when it is gone.

    """
    get(session, store.name)
    row = session.get_one(IdentityStore, store.id)
    if row.status != status:
        row.status = status.value
        session.flush()
        audit.record(session, clock, AuditAction.STORE_CHANGED, store=store.name, status=status.value)
    return _record(row)


def get(session: Session, name: str) -> StoreRecord:
    """Return the store of this name.

    Raises:
        StoreNotFound: when there is none.

    """
    found = find(session, name)
    if found is None:
        raise StoreNotFound(f"There is no identity store {name!r}. Check the Store Name.")
    return found


def find(session: Session, name: str) -> StoreRecord | None:
    """Return the store of this name, or None."""
    row = session.scalar(_BY_NAME, {"name": name})
    return None if row is None else _record(row)


def _record(row: IdentityStore) -> StoreRecord:
    return StoreRecord(row.id, row.name, row.locale, row.time_zone, row.created_at, StoreStatus(row.status))
