"""API keys in the database: by one, a program works for an account, with some of its permissions.

    key = idflow_ and 43 characters (256 random bits)

The prefix lets scanners of source code find a key that was published. Only the HMAC is kept.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session

from engine.accounts.permissions import NOT_FOR_KEYS, Permission
from engine.accounts.records import AccountRecord
from engine.errors import NotFound, Refused
from engine.store.models import Account, ApiKey

PREFIX = "idflow_"
MAXIMUM_NAME = 100
"""In characters."""
MAXIMUM_DAYS = 365
"""How long a key is good at most."""
KEPT_FOR = timedelta(days=90)
"""How long a key that has expired or was revoked stays in the list."""
MAXIMUM_KEYS = 50
"""How many keys one account has that are neither revoked nor expired."""

_BYTES = 32
_KEY = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_ENDING = 4
_FIND = (
    select(ApiKey, Account).join(Account, Account.id == ApiKey.account_id).where(ApiKey.digest == bindparam("digest"))
)
_ALL = (
    select(ApiKey, Account.name)
    .join(Account, Account.id == ApiKey.account_id)
    .order_by(ApiKey.created_at.desc(), ApiKey.id)
)


class ApiKeyNotFound(NotFound):
    """There is no such API key."""

    code = "api-key-not-found"


class ApiKeyInvalid(Refused):
    """The API key cannot be made like this."""

    code = "api-key-invalid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        """What is wrong: name, permissions or days."""


class ApiKeyRefused(Refused):
    """The API key is not known, has expired or was revoked."""

    code = "api-key-refused"


@dataclass(frozen=True, slots=True)
class ApiKeyRecord:
    """An API key, without the key."""

    id: str
    name: str
    account: str
    """Whose it is: a name."""
    ending: str
    permissions: tuple[Permission, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new API key, which is shown once."""

    record: ApiKeyRecord
    key: str = field(repr=False)


def grantable(account: AccountRecord) -> list[Permission]:
    """Return what keys of this account may be permitted."""
    return [each for each in Permission if each in account.permissions - NOT_FOR_KEYS]


def make(  # noqa: PLR0913, PLR0917 - what a key consists of, and what it takes
    session: Session,
    secret: bytes,
    account: AccountRecord,
    name: str,
    permissions: Iterable[str],
    days: int,
    *,
    random: Callable[[int], bytes],
    now: datetime,
) -> IssuedKey:
    """Make a key that is good for `days` days.

    Raises:
        ApiKeyInvalid: when there is no name, no permission, one that the account has not, or another time.

    """
    name = name.strip()
    if not name or len(name) > MAXIMUM_NAME or not name.isprintable():
        raise ApiKeyInvalid("name", f"A name is one line of 1 to {MAXIMUM_NAME} characters.")
    wanted = set(permissions)
    granted = [each for each in grantable(account) if each in wanted]
    if not granted or len(granted) != len(wanted):
        raise ApiKeyInvalid("permissions", "Choose one permission or more, of those that you have.")
    if not 1 <= days <= MAXIMUM_DAYS:
        raise ApiKeyInvalid("days", f"A key is good for 1 to {MAXIMUM_DAYS} days.")
    if sum(_is_good(row, now) for row, _ in _rows(session, account.id)) >= MAXIMUM_KEYS:
        raise ApiKeyInvalid("name", f"You have {MAXIMUM_KEYS} keys already. Revoke one first.")
    key = PREFIX + urlsafe_b64encode(random(_BYTES)).decode().rstrip("=")
    row = ApiKey(account_id=account.id, name=name, digest=_digest(secret, key), ending=key[-_ENDING:], created_at=now)
    row.permissions, row.expires_at = [each.value for each in granted], now + timedelta(days=days)
    session.add(row)
    session.flush()
    return IssuedKey(record(row, account.name), key)


def find(session: Session, secret: bytes, key: str) -> tuple[ApiKey, Account] | None:
    """Return the row of a key and its account, whether it is good or not."""
    if not _KEY.fullmatch(key):
        return None
    found = session.execute(_FIND, {"digest": _digest(secret, key)}).one_or_none()
    return None if found is None else (found[0], found[1])


def reason(row: ApiKey, account: Account, now: datetime) -> str | None:
    """Return why a key is not good: one word; None when it is."""
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at <= now:
        return "expired"
    return "disabled" if account.disabled_at is not None else None


def listed(session: Session, account_id: str | None) -> Sequence[ApiKeyRecord]:
    """Return the keys of an account, or all of them, the newest first."""
    return [record(row, name) for row, name in _rows(session, account_id)]


def get(session: Session, key_id: str, account_id: str | None) -> tuple[ApiKey, str]:
    """Return the row of a key and whose it is; raises `ApiKeyNotFound`, also when it is not of this account."""
    for row, name in _rows(session, account_id, key_id):
        return row, name
    raise ApiKeyNotFound


def record(row: ApiKey, account: str) -> ApiKeyRecord:
    """Return what may be seen of a key. A permission that there is no more is left out."""
    permissions = tuple(each for each in Permission if each.value in row.permissions)
    times = (row.created_at, row.expires_at, row.used_at, row.revoked_at)
    return ApiKeyRecord(row.id, row.name, account, row.ending, permissions, *times)


def forget_old(session: Session, now: datetime) -> None:
    """Delete keys that have been of no use for a while."""
    before = now - KEPT_FOR
    old = or_(ApiKey.expires_at <= before, ApiKey.revoked_at <= before)
    session.execute(delete(ApiKey).where(old), execution_options={"synchronize_session": False})


def _rows(session: Session, account_id: str | None, key_id: str | None = None) -> Iterable[tuple[ApiKey, str]]:
    wanted = _ALL
    if account_id is not None:
        wanted = wanted.where(ApiKey.account_id == account_id)
    if key_id is not None:
        wanted = wanted.where(ApiKey.id == key_id)
    return ((row, name) for row, name in session.execute(wanted))


def _is_good(row: ApiKey, now: datetime) -> bool:
    return row.revoked_at is None and row.expires_at > now


def _digest(secret: bytes, key: str) -> bytes:
    return hmac.digest(secret, key.encode(), "sha256")
