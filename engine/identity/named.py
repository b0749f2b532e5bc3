"""Finds what an activity names, the store with the user and the policy, in one statement."""

from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.identity import policies, stores, users
from engine.identity.policies import PolicyRecord
from engine.identity.user_records import UserRecord
from engine.store.models import IdentityStore, TotpPolicy, User

# What a session has in memory may be older than the rows. A store without the user is a row, too.
_BY_ID, _BY_EXTERNAL_ID = (
    select(User, IdentityStore.id)
    .select_from(IdentityStore)
    .outerjoin(User, (User.store_id == IdentityStore.id) & (column == bindparam("value")))
    .where(IdentityStore.name == bindparam("store"))
    .execution_options(populate_existing=True)
    for column in (User.id, User.external_id)
)
_BY_ID_WITH_POLICY, _BY_EXTERNAL_ID_WITH_POLICY = (
    statement.outerjoin(TotpPolicy, TotpPolicy.name == bindparam("policy")).with_only_columns(User, TotpPolicy)
    for statement in (_BY_ID, _BY_EXTERNAL_ID)
)


class Who(NamedTuple):
    """How a user is named."""

    store: str
    """The name of the store."""
    external_id: str | None = None
    user_id: str = ""
    """Counts without an external ID."""


def user(session: Session, clock: Clock, who: Who) -> UserRecord:
    """Return a user.

    Raises:
        StoreNotFound, UserNotFound: when there is none; a user of another store is none.

    """
    statement = _BY_ID if who.external_id is None else _BY_EXTERNAL_ID
    found = session.execute(statement, {"store": who.store, "value": _value(who)}).one_or_none()
    if found is None:
        raise stores.missing(who.store)
    return _record(found[0], clock, who)


def user_and_policy(session: Session, clock: Clock, who: Who, policy: str) -> tuple[UserRecord, PolicyRecord]:
    """Return a user, and the TOTP policy of this name.

    Raises:
        StoreNotFound, UserNotFound, PolicyNotFound: when there is none, in this order.

    """
    statement = _BY_ID_WITH_POLICY if who.external_id is None else _BY_EXTERNAL_ID_WITH_POLICY
    found = session.execute(statement, {"store": who.store, "value": _value(who), "policy": policy}).one_or_none()
    if found is None:
        raise stores.missing(who.store)
    record, row = _record(found[0], clock, who), found[1]
    if row is None:
        raise policies.missing(policy)
    return record, policies.record(row)


def _value(who: Who) -> str:
    return who.user_id if who.external_id is None else who.external_id


def _record(row: User | None, clock: Clock, who: Who) -> UserRecord:
    if row is None:
        raise (users.missing_id if who.external_id is None else users.missing)(who.store, _value(who))
    return users.record(row, clock.now())
