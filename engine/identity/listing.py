"""Lists of stores, users, policies and registrations, for operators: records without secrets."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from engine.identity.stores import StoreRecord
from engine.store.models import CredentialStatus, IdentityStore, TotpCredential, TotpPolicy, User, UserStatus

MAXIMUM_LENGTH = 1000
"""How long a list may be."""

_STORES = (
    select(
        IdentityStore.name,
        IdentityStore.status,
        func.count(User.id),
        IdentityStore.id,
        IdentityStore.locale,
        IdentityStore.time_zone,
        IdentityStore.created_at,
    )
    .outerjoin(User, User.store_id == IdentityStore.id)
    .group_by(IdentityStore.id)
    .order_by(IdentityStore.name)
    .limit(MAXIMUM_LENGTH)
)
_USERS = (
    select(User.id, User.external_id, User.status, User.created_at, User.last_authenticated_at)
    .where(
        User.store_id == bindparam("store"),
        or_(bindparam("any"), User.external_id.istartswith(bindparam("prefix"), escape="/")),
    )
    .order_by(User.external_id.nulls_first(), User.id)
    .limit(bindparam("limit"))
)
_POLICIES = (
    select(TotpPolicy, func.count(TotpCredential.id))
    .outerjoin(
        TotpCredential,
        (TotpCredential.policy_id == TotpPolicy.id) & (TotpCredential.status == CredentialStatus.ACTIVE.value),
    )
    .group_by(TotpPolicy.id)
    .order_by(TotpPolicy.name)
    .limit(MAXIMUM_LENGTH)
)
_REGISTERED = (
    select(func.count())
    .select_from(TotpCredential)
    .where(TotpCredential.policy_id == bindparam("policy"), TotpCredential.status == CredentialStatus.ACTIVE.value)
)
_CREDENTIALS = (
    select(
        TotpCredential.id,
        User.id,
        User.external_id,
        TotpPolicy.name,
        TotpCredential.status,
        TotpCredential.algorithm,
        TotpCredential.digits,
        TotpCredential.period,
        TotpCredential.registered_at,
    )
    .join(User, User.id == TotpCredential.user_id)
    .join(TotpPolicy, TotpPolicy.id == TotpCredential.policy_id)
    .where(User.store_id == bindparam("store"))
    .order_by(User.external_id, User.id, TotpCredential.registered_at)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class ListedStore:
    """A store in a list."""

    name: str
    status: str
    users: int
    id: str
    locale: str
    time_zone: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ListedUser:
    """A user in a list; the status is the one that was set: a temporary lock may have ended."""

    id: str
    external_id: str | None
    status: UserStatus
    created_at: datetime
    last_authenticated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedPolicy:
    """A TOTP policy in a list."""

    name: str
    issuer: str
    registrations: int
    """Current ones."""
    id: str
    algorithm: str
    digits: int
    period: int
    """Seconds."""
    redisplay: str


@dataclass(frozen=True, slots=True)
class ListedCredential:
    """A registration in a list, current or not."""

    id: str
    user_id: str
    external_id: str | None
    policy: str
    status: CredentialStatus
    algorithm: str
    digits: int
    period: int
    """Seconds."""
    registered_at: datetime


def stores(session: Session) -> list[ListedStore]:
    """Return the stores by name."""
    return [ListedStore(*row) for row in session.execute(_STORES).all()]


def users(session: Session, store: StoreRecord, *, prefix: str = "", limit: int = 100) -> list[ListedUser]:
    """Return the users of a store by external ID, those whose external ID begins with `prefix`."""
    escaped = prefix.replace("/", "//").replace("%", "/%").replace("_", "/_")
    values = {"store": store.id, "any": not prefix, "prefix": escaped, "limit": min(limit, MAXIMUM_LENGTH)}
    rows = session.execute(_USERS, values)
    return [ListedUser(id_, external, UserStatus(status), made, last) for id_, external, status, made, last in rows]


def policies(session: Session) -> list[ListedPolicy]:
    """Return the TOTP policies by name."""
    return [
        ListedPolicy(row.name, row.issuer, count, row.id, row.algorithm, row.digits, row.period, row.redisplay)
        for row, count in session.execute(_POLICIES)
    ]


def registered(session: Session, policy_id: str) -> int:
    """Count the current registrations under a policy."""
    return session.scalar(_REGISTERED, {"policy": policy_id}) or 0


def credentials(session: Session, store: StoreRecord, *, limit: int = 100) -> list[ListedCredential]:
    """Return the registrations of a store's users by external ID."""
    rows = session.execute(_CREDENTIALS, {"store": store.id, "limit": min(limit, MAXIMUM_LENGTH)}).all()
    return [ListedCredential(*row[:4], CredentialStatus(row[4]), *row[5:]) for row in rows]
