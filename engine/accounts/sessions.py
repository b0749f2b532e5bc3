"""Sessions: browsers in which somebody is signed in. A session is a row: when it is gone, nobody is signed in by it.

The browser has a random id, the database its SHA-256 only: who reads the database cannot go on in anybody's session.
A digest without salt will do, because the id has 256 random bits.

A session that is *halfway* signs nobody in: the password was right, and the second factor is still to come.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, and_, bindparam, delete, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.errors import NotFound
from engine.store.models import Account, AccountSession

IDLE = timedelta(minutes=30)
"""How long a session lasts without a request, unless a setting says otherwise."""

LIFETIME = timedelta(hours=12)
"""How long it lasts in any case, unless a setting says otherwise."""

HALFWAY = timedelta(minutes=10)
"""How long somebody has for the second factor."""

NOTED_AFTER = timedelta(minutes=1)
"""How old the note of the last request may be: not every request writes one."""

_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_MAXIMUM_DEVICE = 200
_MAXIMUM_ADDRESS = 64

_FIND = (
    select(AccountSession, Account)
    .join(Account, Account.id == AccountSession.account_id)
    .where(AccountSession.digest == bindparam("digest"), Account.disabled_at.is_(None))
)
_OF_ACCOUNT = (
    select(AccountSession)
    .where(AccountSession.account_id == bindparam("account"), AccountSession.halfway.is_(False))
    .order_by(AccountSession.seen_at.desc(), AccountSession.id)
)
_ONE = select(AccountSession).where(
    AccountSession.account_id == bindparam("account"), AccountSession.id == bindparam("id")
)
_END = delete(AccountSession).where(AccountSession.digest == bindparam("digest"))
_END_ALL = delete(AccountSession).where(AccountSession.account_id == bindparam("account"))
_END_OTHERS = _END_ALL.where(AccountSession.digest != bindparam("digest"))
_UNSYNCHRONISED = {"synchronize_session": False}


class SessionNotFound(NotFound):
    """There is no such session; it may have ended already."""

    code = "session-not-found"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long sessions last."""

    idle: timedelta = IDLE
    lifetime: timedelta = LIFETIME

    def are_over(self, row: AccountSession, now: datetime) -> bool:
        """Tell whether a limit of time has passed."""
        idle, lifetime = (HALFWAY, HALFWAY) if row.halfway else (self.idle, self.lifetime)
        return now >= row.seen_at + idle or now >= row.created_at + lifetime


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from."""

    address: str = ""
    device: str = ""
    """What the browser says it is."""


@dataclass(frozen=True, slots=True)
class AtProvider:
    """The sign-in at a provider by which a session begins."""

    identity_id: str
    id_token: bytes | None = field(default=None, repr=False)
    """Sealed."""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A browser in which somebody is signed in, as its owner sees it."""

    id: str
    device: str
    address: str
    created_at: datetime
    seen_at: datetime
    current: bool
    """Whether it is the one that asks."""


def begin(  # noqa: PLR0913 - whose session, and what it takes
    session: Session,
    account_id: str,
    origin: Origin,
    random: Callable[[int], bytes],
    now: datetime,
    *,
    halfway: bool = False,
    provider: AtProvider | None = None,
) -> str:
    """Sign somebody in; return the id for their browser."""
    given = urlsafe_b64encode(random(_BYTES)).decode().rstrip("=")
    device = "".join(each for each in origin.device if each.isprintable())[:_MAXIMUM_DEVICE]
    row = AccountSession(digest=_digest(given), account_id=account_id, created_at=now, seen_at=now, halfway=halfway)
    row.device, row.address = device, origin.address[:_MAXIMUM_ADDRESS]
    if provider is not None:
        row.identity_id, row.id_token = provider.identity_id, provider.id_token
    session.add(row)
    session.flush()
    return given


def find(session: Session, given: str, limits: Limits, now: datetime) -> tuple[AccountSession, Account] | None:
    """Return the session with this id and its account; None when there is none, it is over or the account disabled."""
    if not _ID.fullmatch(given):
        return None
    found = session.execute(_FIND, {"digest": _digest(given)}).one_or_none()
    if found is None:
        return None
    row, account = found
    return None if limits.are_over(row, now) else (row, account)


def provider_of(session: Session, given: str) -> AtProvider | None:
    """Return by which sign-in at a provider the session with this id began; None when it was by a password."""
    row = session.get(AccountSession, _digest(given))
    return None if row is None or row.identity_id is None else AtProvider(row.identity_id, row.id_token)


def of_account(
    session: Session, account_id: str, limits: Limits, now: datetime, current: str = ""
) -> list[SessionRecord]:
    """Return the sessions of an account, the one that was used last first; `current` is the id of the one that asks."""
    this = _digest(current)
    return [
        SessionRecord(row.id, row.device, row.address, row.created_at, row.seen_at, row.digest == this)
        for row in session.scalars(_OF_ACCOUNT, {"account": account_id})
        if not limits.are_over(row, now)
    ]


def count(account_id: InstrumentedAttribute[str], limits: Limits, now: datetime) -> Select[int]:
    """Return the statement that counts the sessions of an account."""
    return select(func.count()).where(
        AccountSession.account_id == account_id,
        AccountSession.halfway.is_(False),
        AccountSession.seen_at > now - limits.idle,
        AccountSession.created_at > now - limits.lifetime,
    )


def end(session: Session, given: str) -> None:
    """End the session with this id, if there is one."""
    session.execute(_END, {"digest": _digest(given)}, execution_options=_UNSYNCHRONISED)


def end_one(session: Session, account_id: str, session_id: str) -> None:
    """End the session that its owner names; raises `SessionNotFound`, also when it is somebody else's."""
    row = session.scalar(_ONE, {"account": account_id, "id": session_id})
    if row is None:
        raise SessionNotFound
    session.delete(row)
    session.flush()


def end_all(session: Session, account_id: str) -> None:
    """End every session of an account."""
    session.execute(_END_ALL, {"account": account_id}, execution_options=_UNSYNCHRONISED)


def end_others(session: Session, account_id: str, given: str) -> None:
    """End every session of an account but the one with this id."""
    values = {"account": account_id, "digest": _digest(given)}
    session.execute(_END_OTHERS, values, execution_options=_UNSYNCHRONISED)


def forget(session: Session, limits: Limits, now: datetime) -> None:
    """Delete the sessions that are over."""
    over = or_(
        AccountSession.seen_at <= now - limits.idle,
        AccountSession.created_at <= now - limits.lifetime,
        and_(AccountSession.halfway.is_(True), AccountSession.created_at <= now - HALFWAY),
    )
    session.execute(delete(AccountSession).where(over), execution_options=_UNSYNCHRONISED)


def _digest(given: str) -> bytes:
    return sha256(given.encode()).digest()
