"""What is done to accounts by somebody else: an administrator in the browser, or the command line.

`by` is the name of the account that does it; None is the command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from engine.accounts import records, recovery_codes, reset_links, second_factors, sessions
from engine.accounts.desk import Desk
from engine.accounts.records import AccountRecord, IssuedPassword
from engine.accounts.reset_links import IssuedLink
from engine.audit import AuditAction
from engine.store.models import Account, ApiKey, SecondFactor


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """An account, as who looks after all of them sees it."""

    account: AccountRecord
    created_at: datetime
    signed_in_at: datetime | None
    one_time_until: datetime | None
    """Until when its one-time password is good; None when it has chosen one."""
    second_factor: bool
    sessions: int
    """In how many browsers it is signed in."""
    api_keys: int
    """How many keys of it are good."""


class Administration:
    """Everything that an administrator does to accounts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def entries(self) -> Sequence[AccountEntry]:
        """Return every account, by name."""
        with self._desk.database.read() as session:
            return [_entry(*each) for each in session.execute(self._entries().order_by(Account.name))]

    def entry(self, name: str) -> AccountEntry:
        """Return one account; raises `AccountNotFound`."""
        with self._desk.database.read() as session:
            records.named(session, name)
            return _entry(*session.execute(self._entries().where(Account.name == name)).one())

    def create(self, name: str, role: str, *, by: str | None = None) -> IssuedPassword:
        """Make an account with a one-time password.

        Raises:
            AccountNameInvalid, AccountNameTaken, RoleUnknown: when it cannot be made.

        """
        desk = self._desk
        with desk.database.write() as session:
            issued = records.create(session, name, role, desk.random, desk.now())
            desk.audit(session, AuditAction.ACCOUNT_CREATED, name, role=issued.account.role, by=by)
            return issued

    def change_role(self, name: str, role: str, *, by: str | None = None) -> None:
        """Give an account another role, at once; raises `LastAdministrator`, `RoleUnknown`, `AccountNotFound`."""
        with self._desk.database.write() as session:
            row, wanted = records.named(session, name), records.known_role(role)
            if row.role == wanted:
                return
            records.spare(session, row, self._desk.now())
            before, row.role = row.role, wanted.value
            self._desk.audit(session, AuditAction.ACCOUNT_ROLE_CHANGED, name, role=row.role, before=before, by=by)

    def disable(self, name: str, *, by: str | None = None) -> None:
        """Let nobody sign in with an account, and sign out who is; raises `LastAdministrator`, `AccountNotFound`."""
        with self._desk.database.write() as session:
            row = records.named(session, name)
            if row.disabled_at is None:
                records.spare(session, row, self._desk.now())
                row.disabled_at = self._desk.now()
                sessions.end_all(session, row.id)
                reset_links.remove(session, row.id)
                self._desk.audit(session, AuditAction.ACCOUNT_DISABLED, name, by=by)

    def enable(self, name: str, *, by: str | None = None) -> None:
        """Let somebody sign in with an account again; raises `AccountNotFound`."""
        with self._desk.database.write() as session:
            row = records.named(session, name)
            if row.disabled_at is not None:
                row.disabled_at = None
                self._desk.audit(session, AuditAction.ACCOUNT_ENABLED, name, by=by)

    def sign_out(self, name: str, *, by: str | None = None) -> None:
        """End every session of an account; raises `AccountNotFound`."""
        with self._desk.database.write() as session:
            sessions.end_all(session, records.named(session, name).id)
            self._desk.audit(session, AuditAction.SESSIONS_ENDED, name, which="all", by=by)

    def reset(self, name: str, *, by: str | None = None) -> IssuedPassword:
        """Give an account a new one-time password, and end its sessions and its waits; raises `AccountNotFound`."""
        desk = self._desk
        with desk.database.write() as session:
            row = records.named(session, name)
            issued = records.reset(session, row, desk.random, desk.now())
            sessions.end_all(session, row.id)
            reset_links.remove(session, row.id)
            desk.failures.forget(session, name)
            desk.audit(session, AuditAction.PASSWORD_RESET, name, by=by)
            return issued

    def reset_link(self, name: str, *, by: str | None = None) -> IssuedLink:
        """Make a link by which a new password is chosen, once. The password that there is stays good until then.

        Raises:
            AccountNotFound: when there is no such account.
            AccountDisabled: when nobody can sign in with it anyway.

        """
        desk = self._desk
        with desk.database.write() as session:
            row = records.named(session, name)
            if row.disabled_at is not None:
                raise records.AccountDisabled
            made = reset_links.make(session, desk.key("reset-link"), row.id, desk.random, desk.now())
            desk.audit(session, AuditAction.PASSWORD_RESET_LINK_MADE, name, until=made[1].isoformat(), by=by)
            return IssuedLink(records.record(row), *made)

    def reset_second_factor(self, name: str, *, by: str | None = None) -> None:
        """Forget an account's second factor and its recovery codes, and end its sessions; raises `AccountNotFound`."""
        desk = self._desk
        with desk.database.write() as session:
            row = records.named(session, name)
            second_factors.remove(session, row.id)
            recovery_codes.remove(session, row.id)
            desk.failures.forget_factor(session, row.id)
            sessions.end_all(session, row.id)
            desk.audit(session, AuditAction.SECOND_FACTOR_REMOVED, name, by=by)

    def _entries(self) -> Select[Any]:
        now = self._desk.now()
        keys = select(func.count()).where(
            ApiKey.account_id == Account.id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > now
        )
        return select(
            Account,
            select(SecondFactor.confirmed_at).where(SecondFactor.account_id == Account.id).scalar_subquery(),
            sessions.count(Account.id, self._desk.rules.limits, now).scalar_subquery(),
            keys.scalar_subquery(),
        )


def _entry(row: Account, confirmed_at: datetime | None, count: int, keys: int) -> AccountEntry:
    return AccountEntry(
        account=records.record(row),
        created_at=row.created_at,
        signed_in_at=row.signed_in_at,
        one_time_until=row.expires_at,
        second_factor=confirmed_at is not None,
        sessions=count,
        api_keys=keys,
    )
