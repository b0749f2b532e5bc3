"""Signing in and out, passwords, sessions; each method is one transaction, or two with the hashing between them.

A password is hashed outside of transactions: it takes a tenth of a second, in which nobody else could write.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

from sqlalchemy.orm import Session

from engine import audit
from engine.accounts import passwords, records, sessions
from engine.accounts.back_off import Failures
from engine.accounts.passwords import PasswordRefused
from engine.accounts.permissions import ADMINISTRATOR
from engine.accounts.records import AccountRecord, IssuedPassword, SignInRefused
from engine.audit import AuditAction
from engine.clock import Clock
from engine.store import Account, Database

FIRST = "admin"
"""The name of the account that the first start makes."""

_MAXIMUM_ADDRESS = 64


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in, in one browser."""

    account: AccountRecord
    session: str = field(repr=False)
    """The id that the browser has."""


class Accounts:
    """The accounts of an installation."""

    def __init__(
        self, database: Database, key: bytes, clock: Clock, random: Callable[[int], bytes] = token_bytes
    ) -> None:
        """Use `key`, 32 secret bytes, to tell names and addresses apart; `random` returns that many random bytes."""
        self._database = database
        self._failures = Failures(key)
        self._clock = clock
        self._random = random

    def make_first(self) -> IssuedPassword | None:
        """Make the administrator's account in an installation that has no accounts; None in others."""
        with self._database.write() as session:
            if records.count(session):
                return None
            issued = records.create(session, FIRST, ADMINISTRATOR, self._random, self._clock.now())
            self._audit(session, AuditAction.ACCOUNT_CREATED, issued.account.name, role=ADMINISTRATOR)
            return issued

    def reset(self, name: str) -> IssuedPassword:
        """Give an account a new one-time password, and end its sessions and its waits; raises `AccountNotFound`."""
        with self._database.write() as session:
            issued = records.reset(session, name, self._random, self._clock.now())
            sessions.end_all(session, issued.account.id)
            self._failures.forget(session, name)
            self._audit(session, AuditAction.PASSWORD_RESET, name)
            return issued

    def sign_in(self, name: str, password: str, *, address: str) -> SignedIn:
        """Begin a session for who knows the password; `address` is where the request came from.

        A name that does not exist, a wrong password and a one-time password that has expired look the same.

        Raises:
            SignInRefused: when it is not right.
            TooManyAttempts: when signing in failed too often before.

        """
        with self._database.write() as session:
            self._failures.charge(session, name, address, self._clock.now())
            row = records.row_of(session, name)
            kept = passwords.nobodys() if row is None else row.password
        right = passwords.verify(password, kept)
        with self._database.write() as session:
            now = self._clock.now()
            row = records.row_of(session, name)
            where = address[:_MAXIMUM_ADDRESS]
            # It may have been reset meanwhile.
            if right and row is not None and row.password == kept and not records.is_over(row, now):
                self._failures.refund(session, name, address, now)
                self._audit(session, AuditAction.SIGN_IN_SUCCEEDED, row.name, address=where)
                return SignedIn(records.record(row), sessions.begin(session, row.id, self._random, now))
            # What was typed as a name is not kept unless it is one: it may be a password.
            self._audit(session, AuditAction.SIGN_IN_FAILED, row.name if row is not None else None, address=where)
        raise SignInRefused

    def signed_in(self, given: str) -> SignedIn | None:
        """Return who is signed in by the session with this id; None when nobody is, or it is over."""
        now = self._clock.now()
        with self._database.read() as session:
            found = sessions.find(session, given, now)
            if found is None:
                return None
            row, account = found
            known, noted = SignedIn(records.record(account), given), row.seen_at
        if now - noted >= sessions.NOTED_AFTER:
            with self._database.write() as session:
                found = sessions.find(session, given, now)
                if found is None:
                    return None
                found[0].seen_at = now
        return known

    def sign_out(self, signed_in: SignedIn) -> None:
        """End the session."""
        with self._database.write() as session:
            sessions.end(session, signed_in.session)
            self._audit(session, AuditAction.SIGNED_OUT, signed_in.account.name)

    def change_password(self, signed_in: SignedIn, current: str, new: str, *, address: str) -> SignedIn:
        """Give the account a password that its owner chose; end all its sessions, and begin this browser's anew.

        Raises:
            SignInRefused: when the current password is not right, or the session is over.
            TooManyAttempts: when that failed too often before.
            PasswordRefused: when the new one cannot be taken.

        """
        name = signed_in.account.name
        with self._database.write() as session:
            kept = self._account(session, signed_in).password
            self._failures.charge(session, name, address, self._clock.now())
        if not passwords.verify(current, kept):
            raise SignInRefused("The current password is not right.")
        with self._database.write() as session:
            self._failures.refund(session, name, address, self._clock.now())
        passwords.check(new, name=name)
        if passwords.verify(new, kept):
            raise PasswordRefused("Choose another password than the one that you have now.")
        hashed = passwords.digest(new)
        with self._database.write() as session:
            row = self._account(session, signed_in)
            if row.password != kept:
                raise SignInRefused("The password was changed meanwhile.")
            row.password, row.expires_at = hashed, None
            sessions.end_all(session, row.id)
            self._audit(session, AuditAction.PASSWORD_CHANGED, name)
            return SignedIn(records.record(row), sessions.begin(session, row.id, self._random, self._clock.now()))

    def forget_expired(self, session: Session) -> None:
        """Delete sessions that are over and failures that are forgotten."""
        now = self._clock.now()
        sessions.forget(session, now)
        self._failures.forget_old(session, now)

    def _account(self, session: Session, signed_in: SignedIn) -> Account:
        found = sessions.find(session, signed_in.session, self._clock.now())
        if found is None:
            raise SignInRefused("You are no longer signed in.")
        return found[1]

    def _audit(self, session: Session, action: AuditAction, name: str | None, **detail: str) -> None:
        shown: dict[str, Any] = dict(detail)
        audit.record(session, self._clock, action, account=name, **shown)
