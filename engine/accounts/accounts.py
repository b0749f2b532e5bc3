"""Signing in and out, the own password, the own sessions; a method is one transaction, or two with hashing between.

A password is hashed outside of transactions: it takes a tenth of a second, in which nobody else could write.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from engine.accounts import api_keys, identities, passwords, records, reset_links, second_factors, sessions
from engine.accounts.desk import Desk, SignedIn
from engine.accounts.passwords import PasswordRefused
from engine.accounts.permissions import ADMINISTRATOR
from engine.accounts.records import IssuedPassword, SignInRefused
from engine.accounts.reset_links import ResetLinkGone
from engine.accounts.sessions import Origin, SessionRecord
from engine.audit import AuditAction

FIRST = "admin"
"""The name of the account that the first start makes."""

FRESH = timedelta(minutes=15)
"""How old a sign-in at a provider may be that stands for a password."""

_MAXIMUM_ADDRESS = 64


class Accounts:
    """The accounts of an installation, for those whose they are."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def make_first(self) -> IssuedPassword | None:
        """Make the administrator's account in an installation that has no accounts; None in others."""
        desk = self._desk
        with desk.database.write() as session:
            if records.count(session):
                return None
            issued = records.create(session, FIRST, ADMINISTRATOR, desk.random, desk.now())
            desk.audit(session, AuditAction.ACCOUNT_CREATED, issued.account.name, role=ADMINISTRATOR.value, by=None)
            return issued

    def sign_in(self, name: str, password: str, *, address: str, device: str = "") -> SignedIn:
        """Begin a session for who knows the password; `address` is where the request came from.

        The session is halfway where the account has a second factor: then nobody is signed in yet (see `halfway`). A
        name that does not exist, a wrong password, a one-time password that has expired, a password where only one-time
        passwords are taken and an account that is disabled look the same.

        Raises:
            SignInRefused: when it is not right.
            TooManyAttempts: when signing in failed too often before.

        """
        desk = self._desk
        with desk.database.write() as session:
            desk.failures.charge(session, name, address, desk.now())
            row = records.row_of(session, name)
            kept = passwords.nobodys() if row is None else row.password
        right = passwords.verify(password, kept)
        with desk.database.write() as session:
            now = desk.now()
            row = records.row_of(session, name)
            where = address[:_MAXIMUM_ADDRESS]
            # It may have been reset, or disabled, meanwhile.
            may = row is not None and row.disabled_at is None and not records.is_over(row, now)
            may = may and row is not None and (desk.rules.passwords or row.expires_at is not None)
            if right and row is not None and may and row.password == kept:
                desk.failures.refund(session, name, address, now)
                halfway = second_factors.is_on(session, row.id)
                asked = AuditAction.SECOND_FACTOR_ASKED if halfway else AuditAction.SIGN_IN_SUCCEEDED
                desk.audit(session, asked, row.name, address=where)
                if not halfway:
                    row.signed_in_at = now
                given = sessions.begin(session, row.id, Origin(address, device), desk.random, now, halfway=halfway)
                return desk.signed_in(session, row, given, halfway=halfway)
            # What was typed as a name is not kept unless it is one: it may be a password.
            desk.audit(session, AuditAction.SIGN_IN_FAILED, row.name if row is not None else None, address=where)
        raise SignInRefused

    def signed_in(self, given: str) -> SignedIn | None:
        """Return who is signed in by the session with this id; None when nobody is, or it is over or halfway."""
        desk, limits = self._desk, self._desk.rules.limits
        now = desk.now()
        with desk.database.read() as session:
            found = sessions.find(session, given, limits, now)
            if found is None or found[0].halfway:
                return None
            row, account = found
            known, noted = desk.signed_in(session, account, given), row.seen_at
        if now - noted >= sessions.NOTED_AFTER:
            with desk.database.write() as session:
                found = sessions.find(session, given, limits, now)
                if found is None:
                    return None
                found[0].seen_at = now
        return known

    def halfway(self, given: str) -> SignedIn | None:
        """Return whose second factor is asked for in the session with this id; None when nobody's is."""
        desk = self._desk
        with desk.database.read() as session:
            found = sessions.find(session, given, desk.rules.limits, desk.now())
            if found is None or not found[0].halfway:
                return None
            return desk.signed_in(session, found[1], given, halfway=True)

    def sign_out(self, signed_in: SignedIn) -> None:
        """End the session."""
        with self._desk.database.write() as session:
            sessions.end(session, signed_in.session)
            self._desk.audit(session, AuditAction.SIGNED_OUT, signed_in.account.name)

    def sessions(self, signed_in: SignedIn) -> list[SessionRecord]:
        """Return where the account is signed in."""
        desk = self._desk
        with desk.database.read() as session:
            return sessions.of_account(
                session, signed_in.account.id, desk.rules.limits, desk.now(), current=signed_in.session
            )

    def end_session(self, signed_in: SignedIn, session_id: str) -> None:
        """End a session of the same account; raises `SessionNotFound`."""
        with self._desk.database.write() as session:
            sessions.end_one(session, signed_in.account.id, session_id)
            name = signed_in.account.name
            self._desk.audit(session, AuditAction.SESSIONS_ENDED, name, by=name, which="one")

    def end_other_sessions(self, signed_in: SignedIn) -> None:
        """End every session of the account but this one."""
        with self._desk.database.write() as session:
            sessions.end_others(session, signed_in.account.id, signed_in.session)
            name = signed_in.account.name
            self._desk.audit(session, AuditAction.SESSIONS_ENDED, name, by=name, which="others")

    def prove(self, signed_in: SignedIn, password: str, *, address: str) -> str:
        """Look whether whoever is signed in knows the password; return the hash that was looked at.

        For an account without a password, a sign-in at the provider within `FRESH` counts instead.

        Raises:
            SignInRefused: when it is not right, too long ago, or the session is over.
            TooManyAttempts: when that failed too often before.

        """
        desk, name = self._desk, signed_in.account.name
        with desk.database.write() as session:
            kept = desk.account(session, signed_in).password
            if kept == passwords.NONE:
                self._prove_fresh(session, signed_in)
                return kept
            desk.failures.charge(session, name, address, desk.now())
        if not passwords.verify(password, kept):
            raise SignInRefused("The current password is not right.")
        with desk.database.write() as session:
            desk.failures.refund(session, name, address, desk.now())
        return kept

    def _prove_fresh(self, session: Session, signed_in: SignedIn) -> None:
        found = sessions.find(session, signed_in.session, self._desk.rules.limits, self._desk.now())
        if found is None or found[0].identity_id is None or self._desk.now() >= found[0].created_at + FRESH:
            raise SignInRefused("Sign out and in again first: this takes a sign-in of the last 15 minutes.")

    def change_password(
        self, signed_in: SignedIn, current: str, new: str, *, address: str, device: str = ""
    ) -> SignedIn:
        """Give the account a password that its owner chose; end all its sessions, and begin this browser's anew.

        Raises:
            SignInRefused: when the current password is not right, or the session is over.
            TooManyAttempts: when that failed too often before.
            PasswordRefused: when the new one cannot be taken.

        """
        desk, name = self._desk, signed_in.account.name
        kept = self.prove(signed_in, current, address=address)
        if kept == passwords.NONE:
            raise SignInRefused("This account has no password that could be changed.")
        passwords.check(new, name=name)
        if passwords.verify(new, kept):
            raise PasswordRefused("Choose another password than the one that you have now.")
        hashed = passwords.digest(new)
        with desk.database.write() as session:
            row = desk.account(session, signed_in)
            if row.password != kept:
                raise SignInRefused("The password was changed meanwhile.")
            row.password, row.expires_at = hashed, None
            sessions.end_all(session, row.id)
            reset_links.remove(session, row.id)
            desk.audit(session, AuditAction.PASSWORD_CHANGED, name)
            given = sessions.begin(session, row.id, Origin(address, device), desk.random, desk.now())
            return desk.signed_in(session, row, given)

    def reset_link_name(self, link: str) -> str:
        """Return the name of the account that a reset link is for; changes nothing. Raises `ResetLinkGone`."""
        desk = self._desk
        with desk.database.read() as session:
            return reset_links.find(session, desk.key("reset-link"), link, desk.now()).name

    def use_reset_link(self, link: str, new: str, *, address: str) -> None:
        """Give an account a new password by a reset link, which is used up, and end its sessions; nobody is signed in.

        Raises:
            ResetLinkGone: when it was used, is too old, or there never was one like it.
            PasswordRefused: when the password cannot be taken; the link stays good.

        """
        desk, key, where = self._desk, self._desk.key("reset-link"), address[:_MAXIMUM_ADDRESS]
        try:
            passwords.check(new, name=self.reset_link_name(link))
            hashed = passwords.digest(new)
            with desk.database.write() as session:
                row = reset_links.find(session, key, link, desk.now())
                reset_links.remove(session, row.id)
                row.password, row.expires_at = hashed, None
                sessions.end_all(session, row.id)
                desk.failures.forget(session, row.name)
                desk.audit(session, AuditAction.PASSWORD_CHANGED, row.name, by_link=True, address=where)
        except ResetLinkGone:
            with desk.database.write() as session:
                desk.audit(session, AuditAction.PASSWORD_RESET_LINK_REFUSED, None, address=where)
            raise

    def forget_expired(self, session: Session) -> None:
        """Delete what is over: sessions, failures, links, set-ups that nobody confirmed, API keys."""
        now = self._desk.now()
        sessions.forget(session, self._desk.rules.limits, now)
        self._desk.failures.forget_old(session, now)
        reset_links.forget_old(session, now)
        second_factors.forget_old(session, now)
        api_keys.forget_old(session, now)
        identities.forget_answers(session, now)
