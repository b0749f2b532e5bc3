"""TOTP credentials: registered, shown again, revealed.

The secret is in the database only sealed, bound to the store, the user, the credential and its parameters. What leaves
this module is a record without it; `reveal` alone opens one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import BpmnError, Gone
from engine.identity import users
from engine.identity.otpauth import base32, otpauth_uri, without_colons
from engine.identity.policies import Algorithm, PolicyRecord
from engine.identity.users import UserRecord
from engine.identity.vault import Vault, bind
from engine.store import TotpCredential, User
from engine.store.models import CredentialStatus, Redisplay
from engine.store.types import new_id
from engine.variables import SecretReference

_SEAL = "totp-credential-1"
"""What is sealed, and the version of the list of what it is bound to."""


_CURRENT = select(TotpCredential).where(
    TotpCredential.user_id == bindparam("user"),
    TotpCredential.policy_id == bindparam("policy"),
    TotpCredential.status == CredentialStatus.ACTIVE.value,
)
# What a session has in memory may be older than the rows: a revocation or a lock that was made since must count.
_WITH_USER = (
    select(TotpCredential, User)
    .join(User, User.id == TotpCredential.user_id)
    .where(TotpCredential.id == bindparam("id"))
    .execution_options(populate_existing=True)
)


class TotpNotRegistered(BpmnError):
    """The user has no TOTP registration under this policy."""


class TotpAlreadyRegistered(BpmnError):
    """The user has a TOTP registration under this policy already."""


class TotpDisplayDenied(BpmnError):
    """The TOTP policy does not let a registered secret be shown again."""


class SecretGone(Gone):
    """This secret can no longer be shown."""

    code = "secret-gone"


class SecretKind(StrEnum):
    """What a secret reference stands for."""

    URI = "totp-uri"
    SECRET = "totp-secret"  # noqa: S105 - a kind, not a password


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


@dataclass(frozen=True, slots=True)
class CurrentTotp:
    """A registration as a process may have it: the secret is two references."""

    credential: CredentialRecord
    uri: SecretReference
    secret: SecretReference


def register(  # noqa: PLR0913 - everything that a registration needs is handed in
    session: Session,
    vault: Vault,
    clock: Clock,
    user: UserRecord,
    policy: PolicyRecord,
    *,
    random: Callable[[int], bytes],
) -> CredentialRecord:
    """Register a new random secret for the user; the policy's parameters are copied.

    Raises:
        UserLocked: when the user is locked or disabled.
        TotpAlreadyRegistered: when the user has a current registration under the policy.

    """
    users.admit(user)
    row = TotpCredential(
        id=new_id(),
        user_id=user.id,
        policy_id=policy.id,
        status=CredentialStatus.ACTIVE.value,
        issuer=policy.issuer,
        # An external ID of nothing but colons leaves no account name.
        account_name=without_colons(user.label) or user.id,
        algorithm=policy.algorithm.value,
        digits=policy.digits,
        period=policy.period,
        registered_at=clock.now(),
    )
    row.secret = vault.seal(random(policy.algorithm.secret_bytes), _bound_to(row, user.store_id))
    taken = f"The user {user.label!r} is registered under the TOTP policy {policy.name!r} already."
    if is_registered(session, user, policy):
        raise TotpAlreadyRegistered(taken)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        # Only another registration at the same time can get between the look and the leap.
        raise TotpAlreadyRegistered(taken) from error
    audit.record(session, clock, AuditAction.TOTP_REGISTERED, user_id=user.id, credential=row.id, policy=policy.name)
    return _record(row)


def is_registered(session: Session, user: UserRecord, policy: PolicyRecord) -> bool:
    """Tell whether the user has a current registration under the policy."""
    return _current(session, user, policy) is not None


def current(session: Session, user: UserRecord, policy: PolicyRecord, instance_id: str) -> CurrentTotp:
    """Return the user's current registration under the policy, to be shown again by this instance.

    Raises:
        UserLocked: when the user is locked or disabled.
        TotpDisplayDenied: when the policy does not allow it.
        TotpNotRegistered: when there is none.

    """
    users.admit(user)
    match policy.redisplay:
        case Redisplay.NEVER:
            raise TotpDisplayDenied(f"The TOTP policy {policy.name!r} never shows a registered secret again.")
        case Redisplay.AFTER_AUTHENTICATION:
            raise TotpDisplayDenied(
                f"The TOTP policy {policy.name!r} shows a registered secret again only after the user {user.label!r} "
                "has authenticated in this process: an authentication step is needed first."
            )
        case Redisplay.WITH_TOKEN:
            pass
    row = _current(session, user, policy)
    if row is None:
        raise TotpNotRegistered(
            f"The user {user.label!r} has no TOTP registration under the TOTP policy {policy.name!r}."
        )
    return CurrentTotp(
        _record(row),
        uri=SecretReference(SecretKind.URI.value, row.id, instance_id),
        secret=SecretReference(SecretKind.SECRET.value, row.id, instance_id),
    )


def reveal(session: Session, vault: Vault, reference: SecretReference) -> str:
    """Return the Base32 secret or the `otpauth` URI that the reference stands for.

    The caller has made sure that the page is the one of the instance that `reference.instance_id` names.

    Raises:
        SecretGone: when the registration is not current any more, or its user has been locked or disabled.
        SealBroken: when the sealed secret or what it is bound to was altered.

    """
    found = session.execute(_WITH_USER, {"id": reference.id}).one_or_none()
    if found is None:
        raise SecretGone
    row, user = found
    if row.status != CredentialStatus.ACTIVE or user.status in users.SHUT_OUT:
        raise SecretGone
    secret = vault.unseal(row.secret, _bound_to(row, user.store_id))
    match reference.kind:
        case SecretKind.SECRET:
            return base32(secret)
        case SecretKind.URI:
            return otpauth_uri(
                secret,
                row.issuer,
                row.account_name,
                algorithm=Algorithm(row.algorithm),
                digits=row.digits,
                period=row.period,
            )
    raise SecretGone


def _current(session: Session, user: UserRecord, policy: PolicyRecord) -> TotpCredential | None:
    return session.scalar(_CURRENT, {"user": user.id, "policy": policy.id})


def _bound_to(row: TotpCredential, store_id: str) -> bytes:
    names = (_SEAL, store_id, row.user_id, row.id)
    parameters = (row.issuer, row.account_name, row.algorithm, str(row.digits), str(row.period))
    return bind(*names, *parameters)


def _record(row: TotpCredential) -> CredentialRecord:
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
