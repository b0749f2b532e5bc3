"""Recovery codes of accounts: each stands once for the authenticator app. Only their HMACs are kept."""

import hmac
from collections.abc import Callable

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from engine.identity.recovery import CODE_BYTES, CODES, encoded, grouped, normalised
from engine.identity.vault import bind
from engine.store.changed import changed
from engine.store.models import AccountRecoveryCode

_COUNT = (
    select(func.count()).select_from(AccountRecoveryCode).where(AccountRecoveryCode.account_id == bindparam("account"))
)
_REMOVE = delete(AccountRecoveryCode).where(AccountRecoveryCode.account_id == bindparam("account"))
_USE = _REMOVE.where(AccountRecoveryCode.digest == bindparam("hmac"))
_UNSYNCHRONISED = {"synchronize_session": False}


def make(session: Session, key: bytes, account_id: str, random: Callable[[int], bytes]) -> tuple[str, ...]:
    """Return new codes as people read them; they end the older ones."""
    remove(session, account_id)
    codes = [encoded(random(CODE_BYTES)) for _ in range(CODES)]
    session.add_all(AccountRecoveryCode(digest=_digest(key, account_id, code), account_id=account_id) for code in codes)
    session.flush()
    return tuple(map(grouped, codes))


def use(session: Session, key: bytes, account_id: str, code: str) -> bool:
    """Use a code up, however it was typed; tell whether it was one."""
    meant = normalised(code)
    if meant is None:
        return False
    values = {"account": account_id, "hmac": _digest(key, account_id, meant)}
    return changed(session.execute(_USE, values, execution_options=_UNSYNCHRONISED)) == 1


def left(session: Session, account_id: str) -> int:
    """Count the codes that were not used."""
    return session.scalar(_COUNT, {"account": account_id}) or 0


def remove(session: Session, account_id: str) -> None:
    """Forget every code."""
    session.execute(_REMOVE, {"account": account_id}, execution_options=_UNSYNCHRONISED)


def _digest(key: bytes, account_id: str, code: str) -> bytes:
    return hmac.digest(key, bind(account_id, code), "sha256")
