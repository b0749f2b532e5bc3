"""Identity stores: each holds its own users."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity.texts import MAXIMUM_NAME, NameTaken, check_line, check_locale, check_time_zone
from engine.store import IdentityStore

_BY_NAME = select(IdentityStore).where(IdentityStore.name == bindparam("name"))


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
    )
    if find(session, name) is not None:
        raise NameTaken(f"There is an identity store {name!r} already; choose another name.")
    session.add(row)
    session.flush()
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
    return StoreRecord(row.id, row.name, row.locale, row.time_zone, row.created_at)
