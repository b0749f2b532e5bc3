"""Links by which somebody chooses a new password, once: for who has forgotten it. Only the HMAC of one is kept."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from engine.accounts.records import AccountRecord
from engine.errors import Gone
from engine.store.models import Account, ResetLink

LIFETIME = timedelta(hours=24)
"""How long a link is good."""

_BYTES = 32
_LINK = re.compile(r"[A-Za-z0-9_-]{43}")
_FIND = (
    select(ResetLink, Account)
    .join(Account, Account.id == ResetLink.account_id)
    .where(ResetLink.digest == bindparam("digest"), Account.disabled_at.is_(None))
)
_REMOVE = delete(ResetLink).where(ResetLink.account_id == bindparam("account"))
_UNSYNCHRONISED = {"synchronize_session": False}


class ResetLinkGone(Gone):
    """This link was used already, is too old, or a newer one was made. Ask an administrator for another."""

    code = "reset-link-gone"


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link, which is shown once."""

    account: AccountRecord
    link: str = field(repr=False)
    """What stands at its end."""
    expires_at: datetime


def make(
    session: Session, key: bytes, account_id: str, random: Callable[[int], bytes], now: datetime
) -> tuple[str, datetime]:
    """Make a link, which ends an earlier one; return its end, and until when it is good."""
    remove(session, account_id)
    link, expires_at = urlsafe_b64encode(random(_BYTES)).decode().rstrip("="), now + LIFETIME
    session.add(ResetLink(account_id=account_id, digest=_digest(key, link), expires_at=expires_at))
    session.flush()
    return link, expires_at


def find(session: Session, key: bytes, link: str, now: datetime) -> Account:
    """Return the account that the link is for; raises `ResetLinkGone`."""
    found = session.execute(_FIND, {"digest": _digest(key, link)}).one_or_none() if _LINK.fullmatch(link) else None
    if found is None or found[0].expires_at <= now:
        raise ResetLinkGone
    account: Account = found[1]
    return account


def remove(session: Session, account_id: str) -> None:
    """End the link of an account, if there is one."""
    session.execute(_REMOVE, {"account": account_id}, execution_options=_UNSYNCHRONISED)


def forget_old(session: Session, now: datetime) -> None:
    """Delete links that are too old."""
    session.execute(delete(ResetLink).where(ResetLink.expires_at <= now), execution_options=_UNSYNCHRONISED)


def _digest(key: bytes, link: str) -> bytes:
    return hmac.digest(key, link.encode(), "sha256")
