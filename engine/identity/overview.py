"""Everything about one user that an operator may see: locks, waits, registrations, recovery codes left. No secrets."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.audit import AuditAction
from engine.audit.of_user import of_user
from engine.clock import Clock
from engine.errors import NotFound
from engine.identity import display
from engine.identity.attempts import RECOVERY
from engine.identity.totp import CredentialRecord, record
from engine.identity.user_records import UserRecord
from engine.store.models import (
    Attempts,
    CredentialStatus,
    RecoveryCode,
    TotpCredential,
    TotpDisplay,
    TotpPolicy,
    UserStatus,
)

_LOCKED = frozenset({UserStatus.LOCKED, UserStatus.TEMP_LOCKED})


class CredentialNotFound(NotFound):
    """The user has no such registration; it may have been ended meanwhile."""

    code = "credential-not-found"


@dataclass(frozen=True, slots=True)
class Lock:
    """Why a user is locked."""

    at: datetime | None
    """None when the audit trail does not say."""
    reason: str
    by: str | None
    """The account; None for a process, the command line, or too many failures."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Failures in a row with one factor."""

    policy: str | None
    """The name of the TOTP policy; None is recovery codes."""
    failures: int
    until: datetime | None
    """Until when attempts are refused; None when they are not."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A TOTP registration of a user."""

    credential: CredentialRecord
    policy: str
    displays: int
    """How often the secret was shown again in the last 30 days."""
    display_limit: int | None
    shown_at: datetime | None
    """When it was shown again last."""
    used_at: datetime | None
    """The time that the last code was for, to the period; None when no code was used."""
    expires_at: datetime | None
    """When a registration ends that is not completed."""

    @property
    def pending(self) -> bool:
        """Whether nobody has completed it yet."""
        return self.credential.status is CredentialStatus.PENDING


@dataclass(frozen=True, slots=True)
class UserOverview:
    """Everything about a user."""

    lock: Lock | None
    waiting: tuple[Waiting, ...]
    registrations: tuple[Registration, ...]
    recovery_left: int
    recovery_made: datetime | None
    """When the recovery codes were made; None when there are none."""


def overview(session: Session, clock: Clock, user: UserRecord) -> UserOverview:
    """Return everything about a user."""
    made, left = session.execute(
        select(func.min(RecoveryCode.created_at), func.count().filter(RecoveryCode.used_at.is_(None))).where(
            RecoveryCode.user_id == user.id
        )
    ).one()
    return UserOverview(
        _lock(session, user) if user.status in _LOCKED else None,
        _waiting(session, clock, user),
        tuple(registrations(session, clock, user)),
        left,
        made,
    )


def registrations(session: Session, clock: Clock, user: UserRecord) -> list[Registration]:
    """Return the user's registrations by policy, those under way too, as long as they can be completed."""
    query = (
        select(TotpCredential, TotpPolicy)
        .join(TotpPolicy, TotpPolicy.id == TotpCredential.policy_id)
        .where(TotpCredential.user_id == user.id, TotpCredential.status != CredentialStatus.REVOKED.value)
        .order_by(TotpPolicy.name, TotpCredential.status)
        .execution_options(populate_existing=True)
    )
    now = clock.now()
    rows = [each for each in session.execute(query).all() if each[0].expires_at is None or each[0].expires_at > now]
    return [_registration(session, clock, row, policy) for row, policy in rows]


def registration(session: Session, clock: Clock, user: UserRecord, credential_id: str) -> Registration:
    """Return a completed registration of the user.

    Raises:
        CredentialNotFound: when the user has none with this id.

    """
    for each in registrations(session, clock, user):
        if each.credential.id == credential_id and not each.pending:
            return each
    raise CredentialNotFound


def _registration(session: Session, clock: Clock, row: TotpCredential, policy: TotpPolicy) -> Registration:
    since = clock.now() - display.PERIOD
    shown = select(func.count(), func.max(TotpDisplay.at)).where(TotpDisplay.credential_id == row.id)
    count, last = session.execute(shown.where(TotpDisplay.at > since)).one()
    used = (
        datetime.fromtimestamp(0, UTC) + timedelta(seconds=row.last_step * row.period) if row.last_step >= 0 else None
    )
    return Registration(record(row), policy.name, count, policy.display_limit, last, used, row.expires_at)


def _lock(session: Session, user: UserRecord) -> Lock:
    for event in of_user(session, user.id, limit=1, action=AuditAction.USER_LOCKED):
        return Lock(event.at, str(event.detail.get("reason") or ""), event.detail.get("by"))
    return Lock(None, "", None)


def _waiting(session: Session, clock: Clock, user: UserRecord) -> tuple[Waiting, ...]:
    query = (
        select(Attempts, TotpPolicy.name)
        .outerjoin(TotpPolicy, TotpPolicy.id == Attempts.factor)
        .where(Attempts.user_id == user.id, Attempts.failures > 0)
        .order_by(TotpPolicy.name)
    )
    now = clock.now()
    return tuple(
        Waiting(
            None if row.factor == RECOVERY else name,
            row.failures,
            row.blocked_until if row.blocked_until is not None and row.blocked_until > now else None,
        )
        for row, name in session.execute(query)
    )
