"""TOTP registration: started, shown once, and completed by a code that proves that the secret reached a device.

A registration that was started is a pending credential. It ends when another is started, when its time or its tries are
used up, or when the user is registered in another way; its row and with it the sealed secret are deleted then, so that
it never stands in the way of the next one. What its user never came back to is deleted when others start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity import authentication, locks, totp, users
from engine.identity.policies import Algorithm, PolicyRecord
from engine.identity.references import SecretKind
from engine.identity.totp import CredentialRecord
from engine.identity.user_records import UserRecord
from engine.identity.vault import Vault
from engine.identity.window import Verdict
from engine.store import keep
from engine.store.models import CredentialStatus, TotpCredential, TotpPolicy, User
from engine.variables import SecretReference

_FORGOTTEN_AT_ONCE = 10
"""How many registrations that nobody completed a new one clears away."""

_PENDING = select(TotpCredential).where(TotpCredential.status == CredentialStatus.PENDING.value)
_BY_ID = (
    select(TotpCredential, User, TotpPolicy.registration_tries)
    .join(User, User.id == TotpCredential.user_id)
    .join(TotpPolicy, TotpPolicy.id == TotpCredential.policy_id)
    .where(
        TotpCredential.id == bindparam("id"),
        TotpCredential.instance_id == bindparam("instance"),
        TotpCredential.status == CredentialStatus.PENDING.value,
    )
    .execution_options(populate_existing=True)
)
_EXPIRED = _PENDING.where(TotpCredential.expires_at <= bindparam("now")).limit(bindparam("limit"))
_CHARGE = (
    update(TotpCredential)
    .where(TotpCredential.id == bindparam("credential"))
    .values(tries=TotpCredential.tries + 1)
    .execution_options(synchronize_session=False)
)


class TotpRegistrationExpired(BpmnError):
    """The TOTP registration is over; start it again."""


class TotpCodeInvalid(BpmnError):
    """The code does not complete the registration."""

    def __init__(self, message: str | None = None, tries_left: int | None = None) -> None:
        super().__init__(message)
        self.tries_left = tries_left


@dataclass(frozen=True, slots=True)
class StartedRegistration:
    """A registration that waits for its first code. The secret is two references, which end when it is over."""

    id: str
    uri: SecretReference
    secret: SecretReference
    expires_at: datetime
    issuer: str
    account_name: str
    digits: int
    period: int
    """Seconds."""
    algorithm: Algorithm


def start(  # noqa: PLR0913, PLR0917 - who registers what, how, where
    session: Session,
    vault: Vault,
    clock: Clock,
    user: UserRecord,
    policy: PolicyRecord,
    instance_id: str,
    *,
    random: Callable[[int], bytes],
) -> StartedRegistration:
    """Start a registration; one that was started before and not completed is replaced.

    Raises:
        UserLocked: when the user or the store is locked or disabled.
        TotpAlreadyRegistered: when the user has a current registration under the policy.
        UserNotFound: when the user is gone.

    """
    owner = locks.admit(session, clock, user)
    forget_expired(session, clock, _FORGOTTEN_AT_ONCE)
    row = totp.new_row(session, vault, clock, owner, policy, random)
    pending = totp.of_status(session, user.id, policy.id, CredentialStatus.PENDING)
    if pending is not None:
        _abandon(session, clock, pending, "replaced", instance_id)
    row.instance_id = instance_id
    row.expires_at = clock.now() + timedelta(seconds=policy.registration_lifetime)
    session.add(row)
    session.flush()
    audit.record(
        session,
        clock,
        AuditAction.TOTP_REGISTRATION_STARTED,
        user_id=user.id,
        instance_id=instance_id,
        credential=row.id,
        policy=policy.name,
    )
    return StartedRegistration(
        id=row.id,
        uri=SecretReference(SecretKind.REGISTRATION_URI.value, row.id, instance_id),
        secret=SecretReference(SecretKind.REGISTRATION_SECRET.value, row.id, instance_id),
        expires_at=row.expires_at,
        issuer=row.issuer,
        account_name=row.account_name,
        digits=row.digits,
        period=row.period,
        algorithm=policy.algorithm,
    )


def complete(  # noqa: PLR0913, PLR0917 - which one, by what, where
    session: Session, vault: Vault, clock: Clock, registration_id: str, code: str, instance_id: str
) -> CredentialRecord:
    """Complete a registration that this instance has started; the code is used up by that.

    Raises:
        TotpCodeInvalid: when the code is wrong; more tries are left.
        TotpRegistrationExpired: when the registration is over: too late, too many wrong codes, replaced by another.
        UserLocked: when the user or the store is locked or disabled.
        SealBroken: when the sealed secret or what it is bound to was altered.

    """
    where = {"id": registration_id, "instance": instance_id}
    _, owner, _ = _find(session, where)
    user = users.record(owner, clock.now())
    locks.admit(session, clock, user)
    # Another submission may have ended it before the user's row was free.
    row, owner, allowed = _find(session, where)
    if row.expires_at is None or row.expires_at <= clock.now():
        _abandon(session, clock, row, "expired", instance_id)
        raise TotpRegistrationExpired("The TOTP registration took too long; start it again.")
    left = allowed - row.tries - 1
    if left >= 0:
        _charge(session, row)
    if left < 0 or authentication.consume(session, vault, clock, row, owner.store_id, code) is not Verdict.RIGHT:
        if left <= 0:
            _abandon(session, clock, row, "tries", instance_id)
            raise TotpRegistrationExpired("Too many wrong codes; start the TOTP registration again.")
        tries = "1 try is" if left == 1 else f"{left} tries are"
        raise TotpCodeInvalid(f"The code does not fit the secret that was shown. {tries} left.", left)
    row.status, row.registered_at, row.expires_at = CredentialStatus.ACTIVE.value, clock.now(), None
    session.flush()
    audit.record(
        session,
        clock,
        AuditAction.TOTP_REGISTRATION_COMPLETED,
        user_id=user.id,
        instance_id=instance_id,
        credential=row.id,
    )
    return totp.record(row)


def forget_expired(session: Session, clock: Clock, limit: int) -> int:
    """Delete at most `limit` registrations that were not completed in time; return how many."""
    found = session.scalars(_EXPIRED, {"now": clock.now(), "limit": limit}).all()
    for row in found:
        _abandon(session, clock, row, "expired", row.instance_id)
    return len(found)


def _find(session: Session, where: dict[str, str]) -> tuple[TotpCredential, User, int]:
    found = session.execute(_BY_ID, where).one_or_none()
    if found is None:
        raise TotpRegistrationExpired
    row, owner, allowed = found
    return row, owner, allowed


def _charge(session: Session, row: TotpCredential) -> None:
    values = {"credential": row.id}

    def again(fresh: Session) -> None:
        fresh.execute(_CHARGE, values)

    row.tries += 1
    session.flush()
    keep(session, again)


def _abandon(session: Session, clock: Clock, row: TotpCredential, reason: str, instance_id: str | None) -> None:
    totp.remove(session, row)
    audit.record(
        session,
        clock,
        AuditAction.TOTP_REGISTRATION_ABANDONED,
        user_id=row.user_id,
        instance_id=instance_id,
        credential=row.id,
        reason=reason,
    )
