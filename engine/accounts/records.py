"""Accounts in the database."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from engine.accounts import passwords
from engine.accounts.permissions import ADMINISTRATOR, Permission, Role, permissions_of
from engine.errors import Conflict, NotFound, Refused
from engine.store.models import Account

ONE_TIME_LIFETIME = timedelta(days=7)
"""How long a one-time password is good."""

_NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")

_BY_NAME = select(Account).where(Account.name == bindparam("name"))
_COUNT = select(func.count()).select_from(Account)
_OTHER_ADMINISTRATORS = _COUNT.where(
    Account.role == ADMINISTRATOR.value,
    Account.disabled_at.is_(None),
    or_(Account.expires_at.is_(None), Account.expires_at > bindparam("now")),
    Account.id != bindparam("account"),
)


class AccountNotFound(NotFound):
    """There is no such account."""

    code = "account-not-found"


class AccountNameInvalid(Refused):
    """The name of an account starts with a small letter and has a-z, 0-9, dots, hyphens and underscores, up to 64."""

    code = "account-name-invalid"


class AccountNameTaken(Conflict):
    """There is an account with this name already."""

    code = "account-name-taken"


class RoleUnknown(Refused):
    """There is no such role."""

    code = "role-unknown"


class LastAdministrator(Conflict):
    """This is the last active administrator. Make another account an administrator first."""

    code = "last-administrator"


class AccountDisabled(Conflict):
    """This account is disabled. Enable it first."""

    code = "account-disabled"


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
    disabled: bool = False
    has_password: bool = True
    """Whether there is one: an account that a provider's sign-in made has none."""

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


def named(session: Session, name: str) -> Account:
    """Return the row of the account with this name; raises `AccountNotFound`."""
    row = row_of(session, name)
    if row is None:
        raise AccountNotFound(f"There is no account {name!r}.")
    return row


def create(session: Session, name: str, role: str, random: Callable[[int], bytes], now: datetime) -> IssuedPassword:
    """Make an account with a one-time password.

    Raises:
        AccountNameInvalid: when it cannot have this name.
        AccountNameTaken: when another has it.
        RoleUnknown: when there is no such role.

    """
    row = _new(session, name, role, now)
    issued = _issue(row, random, now)
    session.add(row)
    session.flush()
    return IssuedPassword(record(row), *issued)


def create_without_password(session: Session, name: str, role: str, now: datetime) -> Account:
    """Make an account that nobody can sign in with by a password; raises the same as `create`."""
    row = _new(session, name, role, now)
    row.password, row.expires_at = passwords.NONE, None
    session.add(row)
    session.flush()
    return row


def reset(session: Session, row: Account, random: Callable[[int], bytes], now: datetime) -> IssuedPassword:
    """Give an account a new one-time password."""
    issued = _issue(row, random, now)
    session.flush()
    return IssuedPassword(record(row), *issued)


def known_role(role: str) -> Role:
    """Return the role of this name; raises `RoleUnknown`."""
    try:
        return Role(role)
    except ValueError:
        raise RoleUnknown(f"There is no role {role[:32]!r}; there are {', '.join(Role)}.") from None


def spare(session: Session, row: Account, now: datetime) -> None:
    """Look whether the installation can do without this administrator. Needs a writing transaction.

    Raises:
        LastAdministrator: when there is no other who can sign in.

    """
    is_active = row.role == ADMINISTRATOR and row.disabled_at is None
    if is_active and not session.scalar(_OTHER_ADMINISTRATORS, {"account": row.id, "now": now}):
        raise LastAdministrator


def is_over(row: Account, now: datetime) -> bool:
    """Tell whether its one-time password has expired."""
    return row.expires_at is not None and row.expires_at <= now


def record(row: Account) -> AccountRecord:
    """Return what others may know of an account."""
    has_password = row.password != passwords.NONE
    return AccountRecord(
        row.id, row.name, row.role, row.expires_at is not None, row.disabled_at is not None, has_password
    )


def _new(session: Session, name: str, role: str, now: datetime) -> Account:
    if not _NAME.fullmatch(name):
        raise AccountNameInvalid
    if row_of(session, name) is not None:
        raise AccountNameTaken(f"There is an account {name!r} already.")
    return Account(name=name, role=known_role(role).value, created_at=now)


def _issue(row: Account, random: Callable[[int], bytes], now: datetime) -> tuple[str, datetime]:
    password, end = passwords.one_time(random), now + ONE_TIME_LIFETIME
    row.password, row.expires_at = passwords.digest(password), end
    return password, end
