"""The second factor of whoever is signed in, or is about to be; each method is one transaction."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.accounts import recovery_codes, second_factors, sessions
from engine.accounts.desk import Desk, SignedIn
from engine.accounts.second_factors import CodeRefused, Setup, SetupOver
from engine.accounts.sessions import Origin
from engine.audit import AuditAction
from engine.errors import Conflict

_CODE_DIGITS = 6


class SecondFactorIsOn(Conflict):
    """There is an authenticator app already. Turn it off first."""

    code = "second-factor-is-on"


@dataclass(frozen=True, slots=True)
class FactorState:
    """How the second factor of an account stands."""

    on: bool
    setup: Setup | None
    """What the app is given, while it is being set up."""
    codes: int
    """How many recovery codes are left."""
    required: bool
    """Whether every account must have one."""


class OwnFactor:
    """Sets up, asks for and turns off authenticator apps."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def state(self, signed_in: SignedIn) -> FactorState:
        """Return how the second factor stands."""
        desk, account = self._desk, signed_in.account
        with desk.database.read() as session:
            row = second_factors.of_account(session, account.id)
            setup = None
            if row is not None and row.confirmed_at is None:
                try:
                    setup = second_factors.shown(desk.vault, row, account.name, desk.now())
                except SetupOver:
                    row = None
            on = row is not None and setup is None
            left = recovery_codes.left(session, account.id)
            return FactorState(on, setup, left, desk.rules.require_second_factor)

    def start(self, signed_in: SignedIn) -> None:
        """Make a secret for an app, to be confirmed. The caller has asked for the password (see `Accounts.prove`).

        Raises:
            SecondFactorIsOn: when there is an app already.
            SignInRefused: when the session is over.

        """
        desk = self._desk
        with desk.database.write() as session:
            account = desk.account(session, signed_in)
            if second_factors.is_on(session, account.id):
                raise SecondFactorIsOn
            second_factors.start(session, desk.vault, account.id, desk.random, desk.now())

    def confirm(self, signed_in: SignedIn, code: str) -> tuple[str, ...]:
        """Ask for codes from now on, once the app has made a right one; return recovery codes, which are shown once.

        Every other session of the account ends.

        Raises:
            SetupOver: when there is nothing to confirm, or it took too long.
            CodeRefused: when the code is not right.
            SignInRefused: when the session is over.

        """
        desk = self._desk
        with desk.database.write() as session:
            account = desk.account(session, signed_in)
            row = second_factors.of_account(session, account.id)
            if row is None:
                raise SetupOver
            second_factors.shown(desk.vault, row, account.name, desk.now())
            second_factors.use(session, desk.vault, row, code, desk.now())
            row.confirmed_at, row.failures = desk.now(), 0
            sessions.end_others(session, account.id, signed_in.session)
            desk.audit(session, AuditAction.SECOND_FACTOR_SET_UP, account.name)
            return recovery_codes.make(session, desk.key("recovery-code"), account.id, desk.random)

    def new_codes(self, signed_in: SignedIn) -> tuple[str, ...]:
        """Return new recovery codes, which end the older ones. The caller has asked for the password."""
        desk = self._desk
        with desk.database.write() as session:
            account = desk.account(session, signed_in)
            if not second_factors.is_on(session, account.id):
                raise SetupOver("Set up an authenticator app first.")
            desk.audit(session, AuditAction.ACCOUNT_RECOVERY_CODES_MADE, account.name)
            return recovery_codes.make(session, desk.key("recovery-code"), account.id, desk.random)

    def turn_off(self, signed_in: SignedIn) -> None:
        """Ask for no codes any more. The caller has asked for the password."""
        desk = self._desk
        with desk.database.write() as session:
            account = desk.account(session, signed_in)
            recovery_codes.remove(session, account.id)
            if second_factors.remove(session, account.id):
                desk.audit(session, AuditAction.SECOND_FACTOR_REMOVED, account.name, by=account.name)

    def give(self, halfway: SignedIn, code: str, *, address: str, device: str = "") -> SignedIn:
        """Sign in who knows the password and has the app, or a recovery code; the session gets another id.

        Raises:
            CodeRefused: when the code is wrong or was used.
            TooManyAttempts: when that failed too often before.
            SignInRefused: when it took too long.

        """
        desk = self._desk
        origin = Origin(address, device)
        with desk.database.write() as session:
            now, account = desk.now(), desk.account(session, halfway, halfway=True)
            desk.failures.charge_factor(session, account.id, address, now)
            try:
                how = self._look(session, account.id, code)
            except CodeRefused as refused:
                # Raised after the transaction: the attempt counts.
                refusal = refused
                where = address[:64]
                desk.audit(session, AuditAction.SECOND_FACTOR_FAILED, account.name, address=where)
            else:
                desk.failures.refund_factor(session, account.id, address, now)
                provider = sessions.provider_of(session, halfway.session)
                sessions.end(session, halfway.session)
                account.signed_in_at = now
                given = sessions.begin(session, account.id, origin, desk.random, now, provider=provider)
                desk.audit(session, AuditAction.SIGN_IN_SUCCEEDED, account.name, address=origin.address[:64], **how)
                return desk.signed_in(session, account, given)
        raise refusal

    def _look(self, session: Session, account_id: str, code: str) -> dict[str, object]:
        """Use a code up; return what the audit trail says of it."""
        desk = self._desk
        row = second_factors.of_account(session, account_id)
        if row is None or row.confirmed_at is None:
            raise CodeRefused
        typed = "".join(code.split())
        if len(typed) <= _CODE_DIGITS:
            second_factors.use(session, desk.vault, row, typed, desk.now())
            return {"factor": "app"}
        if not recovery_codes.use(session, desk.key("recovery-code"), account_id, code):
            raise CodeRefused
        row.failures = 0
        return {"factor": "recovery", "left": recovery_codes.left(session, account_id)}
