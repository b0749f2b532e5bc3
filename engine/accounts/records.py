"""Accounts in the database."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.accounts import passwords
from engine.accounts.permissions import Permission, permissions_of
from engine.errors import NotFound, Refused
from engine.store import Account

ONE_TIME_LIFETIME = timedelta(days=7)
"""How long a one-time password is good."""

_NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")

_BY_NAME = select(Account).where(Account.name == bindparam("name"))
_COUNT = select(func.count()).select_from(Account)


class AccountNotFound(NotFound):
    """There is no account with this name."""

    code = "account-not-found"


class AccountNameInvalid(Refused):
    """The name of an account starts with a small letter and has a-z, 0-9, dots, hyphens and underscores, up to 64."""

    code = "account-name-invalid"


class SignInRefused(Refused):
    """The name or the password is not right."""

    code = "sign-in-refused"


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """Somebody who may sign in."""

    id: str
    name: str
    role: str
    must_change: bool
    """Whether the password is a one-time password: nothing else can be done before it is changed."""

    @property
    def permissions(self) -> frozenset[Permission]:
        """What this account is permitted."""
        return permissions_of(self.role)


@dataclass(frozen=True, slots=True)
class IssuedPassword:
    """A one-time password, which is shown once."""

    account: AccountRecord
    password: str = field(repr=False)
    expires_at: datetime


def count(session: Session) -> int:
    """Count the accounts."""
    return session.scalar(_COUNT) or 0


def row_of(session: Session, name: str) -> Account | None:
    """Return the row of the account with this name."""
    return session.scalar(_BY_NAME, {"name": name})


def create(session: Session, name: str, role: str, random: Callable[[int], bytes], now: datetime) -> IssuedPassword:
    """Make an account with a one-time password.

    Raises:
        AccountNameInvalid: when it cannot have this name.

    """
    if not _NAME.fullmatch(name):
        raise AccountNameInvalid
    row = Account(name=name, role=role, created_at=now)
    issued = _issue(row, random, now)
    session.add(row)
    session.flush()
    return IssuedPassword(record(row), *issued)


def reset(session: Session, name: str, random: Callable[[int], bytes], now: datetime) -> IssuedPassword:
    """Give an account a new one-time password; raises `AccountNotFound`."""
    row = row_of(session, name)
    if row is None:
        raise AccountNotFound(f"There is no account {name!r}.")
    issued = _issue(row, random, now)
    session.flush()
    return IssuedPassword(record(row), *issued)


def is_over(row: Account, now: datetime) -> bool:
    """Tell whether its one-time password has expired."""
    return row.expires_at is not None and row.expires_at <= now


def record(row: Account) -> AccountRecord:
    """Return what others may know of an account."""
    return AccountRecord(row.id, row.name, row.role, row.expires_at is not None)


def _issue(row: Account, random: Callable[[int], bytes], now: datetime) -> tuple[str, datetime]:
    password, end = passwords.one_time(random), now + ONE_TIME_LIFETIME
    row.password, row.expires_at = passwords.digest(password), end
    return password, end
