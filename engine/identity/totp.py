"""TOTP credentials: what one is, how it is sealed, found, made and ended.

The secret is in the database only sealed, bound to the store, the user, the credential and its parameters. What leaves
this package is a record without it; `references.reveal` alone opens one for a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity import locks
from engine.identity.cause import Cause, detail
from engine.identity.otpauth import without_colons
from engine.identity.policies import Algorithm, PolicyRecord
from engine.identity.user_records import UserRecord
from engine.identity.vault import Vault, bind
from engine.identity.window import Window
from engine.store.models import CredentialStatus, TotpCredential, User
from engine.store.types import new_id

_SEAL = "totp-credential-1"
"""What is sealed, and the version of the list of what it is bound to."""


# What a session has in memory may be older than the rows: what was used or ended since must count.
_OF_STATUS = (
    select(TotpCredential)
    .where(
        TotpCredential.user_id == bindparam("user"),
        TotpCredential.policy_id == bindparam("policy"),
        TotpCredential.status == bindparam("status"),
    )
    .execution_options(populate_existing=True)
)
_DELETE = delete(TotpCredential).where(TotpCredential.id == bindparam("credential"))


class TotpNotRegistered(BpmnError):
    """The user has no TOTP registration under this policy."""


class TotpAlreadyRegistered(BpmnError):
    """The user has a TOTP registration under this policy already."""


@dataclass(frozen=True, slots=True)
class CredentialRecord:
    """A registration, without its secret. The parameters are those of the policy at the time."""

    id: str
    user_id: str
    policy_id: str
    status: CredentialStatus
    issuer: str
    account_name: str
    algorithm: Algorithm
    digits: int
    period: int
    """Seconds."""
    registered_at: datetime


def register(  # noqa: PLR0913 - everything that a registration needs is handed in
    session: Session,
    vault: Vault,
    clock: Clock,
    user: UserRecord,
    policy: PolicyRecord,
    *,
    random: Callable[[int], bytes],
) -> CredentialRecord:
    """Register a new random secret for the user at once, without a code that proves it reached a device.

    Raises:
        UserLocked: when the user or the store is locked or disabled.
        TotpAlreadyRegistered: when the user has a current registration under the policy.

    """
    owner = locks.admit(session, clock, user)
    row = new_row(session, vault, clock, owner, policy, random)
    if (pending := of_status(session, user.id, policy.id, CredentialStatus.PENDING)) is not None:
        remove(session, pending)
    row.status = CredentialStatus.ACTIVE.value
    session.add(row)
    session.flush()
    audit.record(session, clock, AuditAction.TOTP_REGISTERED, user_id=user.id, credential=row.id, policy=policy.name)
    return record(row)


def deregister(  # noqa: PLR0913 - what is ended, where, by whom
    session: Session,
    clock: Clock,
    user: UserRecord,
    policy: PolicyRecord,
    instance_id: str | None = None,
    *,
    cause: Cause | None = None,
) -> None:
    """End the user's registration under the policy; its row and with it the sealed secret are deleted.

    Raises:
        TotpNotRegistered: when there is none.

    """
    row = get(session, user, policy)
    if (pending := of_status(session, user.id, policy.id, CredentialStatus.PENDING)) is not None:
        remove(session, pending)
    remove(session, row)
    audit.record(
        session,
        clock,
        AuditAction.TOTP_DEREGISTERED,
        user_id=user.id,
        instance_id=instance_id,
        credential=row.id,
        policy=policy.name,
        **detail(cause),
    )


def is_registered(session: Session, user: UserRecord, policy: PolicyRecord) -> bool:
    """Tell whether the user has a current registration under the policy."""
    return of_status(session, user.id, policy.id, CredentialStatus.ACTIVE) is not None


def get(session: Session, user: UserRecord, policy: PolicyRecord) -> TotpCredential:
    """Return the user's current registration under the policy.

    Raises:
        TotpNotRegistered: when there is none.

    """
    row = of_status(session, user.id, policy.id, CredentialStatus.ACTIVE)
    if row is None:
        raise missing(user, policy)
    return row


def missing(user: UserRecord, policy: PolicyRecord) -> TotpNotRegistered:
    """Return what says that the user has no current registration under the policy."""
    return TotpNotRegistered(f"The user {user.label!r} has no TOTP registration under the TOTP policy {policy.name!r}.")


def of_status(session: Session, user_id: str, policy_id: str, status: CredentialStatus) -> TotpCredential | None:
    """Return the user's credential under the policy that has this status; the database keeps no two."""
    return session.scalar(_OF_STATUS, {"user": user_id, "policy": policy_id, "status": status.value})


def new_row(  # noqa: PLR0913, PLR0917 - everything that a credential is made from
    session: Session, vault: Vault, clock: Clock, user: User, policy: PolicyRecord, random: Callable[[int], bytes]
) -> TotpCredential:
    """Return a pending credential with a new random secret and the policy's parameters; it is not in the session yet.

    The caller holds the user's row (see `locks.admit`), so that of two registrations at once the second is refused.

    Raises:
        TotpAlreadyRegistered: when the user has a current registration under the policy.

    """
    label = user.external_id or user.id
    if of_status(session, user.id, policy.id, CredentialStatus.ACTIVE) is not None:
        raise TotpAlreadyRegistered(f"The user {label!r} is registered under the TOTP policy {policy.name!r} already.")
    row = TotpCredential(
        id=new_id(),
        user_id=user.id,
        policy_id=policy.id,
        status=CredentialStatus.PENDING.value,
        issuer=policy.issuer,
        # An external ID of nothing but colons leaves no account name.
        account_name=without_colons(label) or user.id,
        algorithm=policy.algorithm.value,
        digits=policy.digits,
        period=policy.period,
        look_behind=policy.look_behind,
        look_ahead=policy.look_ahead,
        drift_limit=policy.drift_limit,
        registered_at=clock.now(),
    )
    row.secret = vault.seal(random(policy.algorithm.secret_bytes), bound_to(row, user.store_id))
    return row


def remove(session: Session, row: TotpCredential) -> None:
    """Delete the row and with it the sealed secret."""
    session.expunge(row)
    session.execute(_DELETE, {"credential": row.id}, execution_options={"synchronize_session": False})


def open_secret(vault: Vault, row: TotpCredential, store_id: str) -> bytes:
    """Return the secret.

    Raises:
        SealBroken: when it or what it is bound to was altered.

    """
    return vault.unseal(row.secret, bound_to(row, store_id))


def window_of(row: TotpCredential) -> Window:
    """Return what the device and its codes are like."""
    return Window(Algorithm(row.algorithm), row.digits, row.look_behind, row.look_ahead, row.drift_limit, row.drift)


def bound_to(row: TotpCredential, store_id: str) -> bytes:
    """Return what the secret is bound to."""
    names = (_SEAL, store_id, row.user_id, row.id)
    parameters = (row.issuer, row.account_name, row.algorithm, str(row.digits), str(row.period))
    return bind(*names, *parameters)


def record(row: TotpCredential) -> CredentialRecord:
    """Return what everybody may see of a credential."""
    return CredentialRecord(
        id=row.id,
        user_id=row.user_id,
        policy_id=row.policy_id,
        status=CredentialStatus(row.status),
        issuer=row.issuer,
        account_name=row.account_name,
        algorithm=Algorithm(row.algorithm),
        digits=row.digits,
        period=row.period,
        registered_at=row.registered_at,
    )
