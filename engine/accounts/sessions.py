"""Sessions: browsers in which somebody is signed in. A session is a row: when it is gone, nobody is signed in by it.

The browser has a random id, the database its SHA-256 only: who reads the database cannot go on in anybody's session.
A digest without salt will do, because the id has 256 random bits.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session

from engine.store import Account, AccountSession

IDLE = timedelta(minutes=30)
"""How long a session lasts without a request."""

LIFETIME = timedelta(hours=12)
"""How long it lasts in any case."""

NOTED_AFTER = timedelta(minutes=1)
"""How old the note of the last request may be: not every request writes one."""

_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9_-]{43}")

_FIND = (
    select(AccountSession, Account)
    .join(Account, Account.id == AccountSession.account_id)
    .where(AccountSession.digest == bindparam("digest"))
)
_END = delete(AccountSession).where(AccountSession.digest == bindparam("digest"))
_END_ALL = delete(AccountSession).where(AccountSession.account_id == bindparam("account"))
_UNSYNCHRONISED = {"synchronize_session": False}


def begin(session: Session, account_id: str, random: Callable[[int], bytes], now: datetime) -> str:
    """Sign somebody in; return the id for their browser."""
    given = urlsafe_b64encode(random(_BYTES)).decode().rstrip("=")
    session.add(AccountSession(digest=_digest(given), account_id=account_id, created_at=now, seen_at=now))
    session.flush()
    return given


def find(session: Session, given: str, now: datetime) -> tuple[AccountSession, Account] | None:
    """Return the session with this id and its account; None when there is none, or it is over."""
    if not _ID.fullmatch(given):
        return None
    found = session.execute(_FIND, {"digest": _digest(given)}).one_or_none()
    if found is None:
        return None
    row, account = found
    return None if is_over(row, now) else (row, account)


def is_over(row: AccountSession, now: datetime) -> bool:
    """Tell whether a limit of time has passed."""
    return now >= row.seen_at + IDLE or now >= row.created_at + LIFETIME


def end(session: Session, given: str) -> None:
    """End the session with this id, if there is one."""
    session.execute(_END, {"digest": _digest(given)}, execution_options=_UNSYNCHRONISED)


def end_all(session: Session, account_id: str) -> None:
    """End every session of an account."""
    session.execute(_END_ALL, {"account": account_id}, execution_options=_UNSYNCHRONISED)


def forget(session: Session, now: datetime) -> None:
    """Delete the sessions that are over."""
    over = or_(AccountSession.seen_at <= now - IDLE, AccountSession.created_at <= now - LIFETIME)
    session.execute(delete(AccountSession).where(over), execution_options=_UNSYNCHRONISED)


def _digest(given: str) -> bytes:
    return sha256(given.encode()).digest()
