"""Opens secret references for the end user's page."""

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.identity import locks, recovery, totp
from engine.identity.otpauth import base32, otpauth_uri
from engine.identity.policies import Algorithm
from engine.identity.references import SecretGone, SecretKind
from engine.identity.vault import Vault
from engine.store.models import CredentialStatus, IdentityStore, TotpCredential, User
from engine.variables import SecretReference

# What a session has in memory may be older than the rows: a revocation or a lock that was made since must count.
_WITH_USER = (
    select(TotpCredential, User, IdentityStore.status)
    .join(User, User.id == TotpCredential.user_id)
    .join(IdentityStore, IdentityStore.id == User.store_id)
    .where(TotpCredential.id == bindparam("id"))
    .execution_options(populate_existing=True)
)
Revealed = dict[str, Row[TotpCredential, User, str] | None]
"""Registrations that were read in a transaction, by their ids."""

_UNDER_WAY = frozenset({SecretKind.REGISTRATION_URI, SecretKind.REGISTRATION_SECRET})
_URIS = frozenset({SecretKind.URI, SecretKind.REGISTRATION_URI})


def reveal(
    session: Session, vault: Vault, clock: Clock, reference: SecretReference, known: Revealed | None = None
) -> str:
    """Return the Base32 secret, the `otpauth` URI or the recovery code that the reference stands for.

    The caller has made sure that the page is the one of the instance that `reference.instance_id` names. What is
    `known` is what this transaction has read: registrations are read once.

    Raises:
        SecretGone: when the registration is not current or not under way any more, when the recovery code is old or
            used, or when its user has been locked or disabled.
        SealBroken: when the sealed secret or what it is bound to was altered.

    """
    try:
        kind = SecretKind(reference.kind)
    except ValueError:
        raise SecretGone from None
    if kind is SecretKind.RECOVERY_CODE:
        return recovery.reveal(session, vault, clock, reference)
    known = {} if known is None else known
    if reference.id not in known:
        known[reference.id] = session.execute(_WITH_USER, {"id": reference.id}).one_or_none()
    found = known[reference.id]
    if found is None:
        raise SecretGone
    row, user, store = found
    if not _is_open(row, kind, reference.instance_id, clock) or locks.shut_out(clock, user, store)[0] is not None:
        raise SecretGone
    secret = totp.open_secret(vault, row, user.store_id)
    if kind not in _URIS:
        return base32(secret)
    return otpauth_uri(
        secret,
        row.issuer,
        row.account_name,
        algorithm=Algorithm(row.algorithm),
        digits=row.digits,
        period=row.period,
    )


def _is_open(row: TotpCredential, kind: SecretKind, instance_id: str, clock: Clock) -> bool:
    if kind not in _UNDER_WAY:
        return row.status == CredentialStatus.ACTIVE
    in_time = row.expires_at is not None and row.expires_at > clock.now()
    return row.status == CredentialStatus.PENDING and row.instance_id == instance_id and in_time
