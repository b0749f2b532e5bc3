"""Recovery codes: ten, shown once, each used once, for somebody who has lost the device.

A code is kept as an HMAC, which is what it is checked by. For the one page that shows it, a sealed copy is kept beside
that. A code that is used loses its copy at once. After `SHOWN_FOR` no copy opens any more, and it is deleted when
anybody makes codes or uses one, or by `forget_old`. An instance that ends earlier takes its page with it.
"""

import hmac
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity import attempts, locks
from engine.identity.attempts import RECOVERY, Limits
from engine.identity.references import SecretGone, SecretKind
from engine.identity.user_records import UserLocked, UserRecord
from engine.identity.vault import Vault, bind
from engine.store.changed import changed
from engine.store.models import IdentityStore, RecoveryCode, User
from engine.store.types import new_id
from engine.variables import SecretReference

CODES = 10
"""How many a user gets."""
CODE_BYTES = 10
"""80 random bits: more than anybody guesses (NIST SP 800-63B-4, section 4.2.1.1 asks for 64)."""
SHOWN_FOR = timedelta(hours=1)
"""How long the page that shows the codes can be opened again."""

_LIMITS = Limits()
_GROUP = 4
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's Base32: no I, L, O or U."""
_LENGTH = CODE_BYTES * 8 // 5
_AS_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_KEY = "recovery-code-digest"

_OF_USER = delete(RecoveryCode).where(RecoveryCode.user_id == bindparam("user"))
_BY_ID = (
    select(RecoveryCode, User, IdentityStore.status)
    .join(User, User.id == RecoveryCode.user_id)
    .join(IdentityStore, IdentityStore.id == User.store_id)
    .where(RecoveryCode.id == bindparam("id"), RecoveryCode.instance_id == bindparam("instance"))
    .execution_options(populate_existing=True)
)
# Whoever changes the row has used the code; of two at once, the second finds nothing to change.
_USE = (
    update(RecoveryCode)
    .where(
        RecoveryCode.user_id == bindparam("user"),
        RecoveryCode.digest == bindparam("hmac"),
        RecoveryCode.used_at.is_(None),
    )
    .values(used_at=bindparam("now"), sealed=None)
    .execution_options(synchronize_session=False)
)
_LEFT = (
    select(func.count())
    .select_from(RecoveryCode)
    .where(RecoveryCode.user_id == bindparam("user"), RecoveryCode.used_at.is_(None))
)
_FORGET = (
    update(RecoveryCode)
    .where(RecoveryCode.created_at <= bindparam("before"), RecoveryCode.sealed.is_not(None))
    .values(sealed=None)
    .execution_options(synchronize_session=False)
)


class RecoveryCodeInvalid(BpmnError):
    """The recovery code is not right, or it was used already."""


def generate(  # noqa: PLR0913 - for whom, where, and what it takes
    session: Session,
    vault: Vault,
    clock: Clock,
    user: UserRecord,
    instance_id: str,
    *,
    random: Callable[[int], bytes],
) -> tuple[SecretReference, ...]:
    """Make new codes, which end the older ones, and return the references that the page of the instance opens.

    Raises:
        UserLocked: when the user or the store is locked or disabled.
        UserNotFound: when the user is gone.

    """
    locks.admit(session, clock, user)
    forget_old(session, clock)
    session.execute(_OF_USER, {"user": user.id}, execution_options={"synchronize_session": False})
    rows = [_new_row(vault, clock, user, instance_id, random(CODE_BYTES)) for _ in range(CODES)]
    session.add_all(rows)
    session.flush()
    where = {"user_id": user.id, "instance_id": instance_id}
    audit.record(session, clock, AuditAction.RECOVERY_CODES_CREATED, count=CODES, **where)
    return tuple(SecretReference(SecretKind.RECOVERY_CODE.value, row.id, instance_id) for row in rows)


def verify(  # noqa: PLR0913, PLR0917 - who proves what, where
    session: Session, vault: Vault, clock: Clock, user: UserRecord, code: str, instance_id: str
) -> None:
    """Use up a code. Case, spaces and hyphens do not matter; O is read as 0, I and L as 1.

    Attempts are charged as those of one-time codes are (see `attempts`), by limits that no policy changes.

    Raises:
        RecoveryCodeInvalid: when it is none of the user's current codes, or was used.
        UserLocked: when the user or the store is locked or disabled, or the user has to wait.
        UserNotFound: when the user is gone.

    """
    where = {"user_id": user.id, "instance_id": instance_id}
    try:
        locks.admit(session, clock, user)
        failures = attempts.charge(session, clock, user, RECOVERY, _LIMITS)
    except UserLocked as locked:
        audit.record(session, clock, AuditAction.RECOVERY_FAILED, reason=locked.error_code, **where)
        raise
    values = {"user": user.id, "hmac": _digest(vault, user.id, normalised(code)), "now": clock.now()}
    if changed(session.execute(_USE, values)) != 1:
        audit.record(session, clock, AuditAction.RECOVERY_FAILED, failures=failures, **where)
        attempts.fail(session, clock, user, failures, _LIMITS, instance_id=instance_id)
        raise RecoveryCodeInvalid
    attempts.succeed(session, user, RECOVERY)
    forget_old(session, clock)
    left = session.scalar(_LEFT, {"user": user.id}) or 0
    audit.record(session, clock, AuditAction.RECOVERY_USED, left=left, **where)


def reveal(session: Session, vault: Vault, clock: Clock, reference: SecretReference) -> str:
    """Return the code, in groups of four.

    Raises:
        SecretGone: when it is old, used or replaced, or its user has been locked or disabled.
        SealBroken: when the sealed code or what it is bound to was altered.

    """
    found = session.execute(_BY_ID, {"id": reference.id, "instance": reference.instance_id}).one_or_none()
    if found is None:
        raise SecretGone
    row, user, store = found
    is_old = row.created_at + SHOWN_FOR <= clock.now()
    if row.sealed is None or is_old or locks.shut_out(clock, user, store)[0] is not None:
        raise SecretGone
    return grouped(vault.unseal(row.sealed, _bound_to(row)).decode())


def forget_old(session: Session, clock: Clock) -> int:
    """Delete the sealed copies that are too old to be shown; return how many."""
    values = {"before": clock.now() - SHOWN_FOR}
    return changed(session.execute(_FORGET, values))


def encoded(raw: bytes) -> str:
    """Return `CODE_BYTES` bytes as a code without hyphens, in Crockford's Base32."""
    number = int.from_bytes(raw)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))


def grouped(code: str) -> str:
    """Return a code as people read it: `AAAA-BBBB-CCCC-DDDD`."""
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))


def normalised(code: str) -> str | None:
    """Return what somebody meant who typed `code`; None when it is no code whatever was meant."""
    if not code.isascii():
        return None
    meant = code.upper().translate(_AS_MEANT)
    return meant if len(meant) == _LENGTH and set(meant) <= set(_ALPHABET) else None


def _new_row(vault: Vault, clock: Clock, user: UserRecord, instance_id: str, raw: bytes) -> RecoveryCode:
    code = encoded(raw)
    row = RecoveryCode(id=new_id(), user_id=user.id, instance_id=instance_id, created_at=clock.now())
    row.digest = _digest(vault, user.id, code)
    row.sealed = vault.seal(code.encode(), _bound_to(row))
    return row


def _digest(vault: Vault, user_id: str, code: str | None) -> bytes:
    # No code is the empty one, which no user has: what cannot be a code takes as long as one that is wrong.
    return hmac.digest(vault.derive(_KEY), bind(user_id, code or ""), "sha256")


def _bound_to(row: RecoveryCode) -> bytes:
    return bind("recovery-code-1", row.user_id, row.id, row.instance_id)
