"""What links accounts to who people are at the provider; each method is one transaction."""

from sqlalchemy.orm import Session

from engine.accounts import AccountRecord, Desk, SignedIn, identities, records
from engine.accounts.identities import IdentityLinked, IdentityRecord, IdentityTaken
from engine.audit import AuditAction
from engine.errors import Conflict, NotFound
from engine.oidc_settings import OidcSettings
from engine.sign_on.conversation import Told
from engine.sign_on.pending import Pending
from engine.sign_on.reasons import SignOnRefused, Why
from engine.store.models import Account


class NoProvider(NotFound):
    """Nobody can sign in at a provider here: no setting names one."""

    code = "no-provider"


class OnlyWayIn(Conflict):
    """Without the link, nobody could sign in with this account. Ask an administrator for a reset link first."""

    code = "only-way-in"


class Links:
    """Links accounts and unlinks them."""

    def __init__(self, desk: Desk, settings: OidcSettings | None) -> None:
        self._desk = desk
        self._settings = settings

    def of(self, account: AccountRecord) -> list[IdentityRecord]:
        """Return who an account is at providers."""
        with self._desk.database.read() as session:
            return identities.of_account(session, account.id)

    def unlink(self, signed_in: SignedIn) -> None:
        """Unlink the account that is signed in; sessions that began at the provider end, this one, too.

        The caller has asked for the password (see `Accounts.prove`).

        Raises:
            OnlyWayIn: when nobody could sign in with the account any more.
            IdentityNotLinked: when it is not linked.
            SignInRefused: when the session is over.

        """
        desk = self._desk
        with desk.database.write() as session:
            row = desk.account(session, signed_in)
            if not records.record(row).has_password or not desk.rules.passwords:
                raise OnlyWayIn
            self._unlink(session, row, by=row.name)

    def link_for(self, name: str, subject: str, *, by: str | None = None) -> None:
        """Link an account to who has this subject at the provider; `by` is who decides it, None the command line.

        Raises:
            NoProvider: when there is none.
            AccountNotFound, SubjectInvalid, IdentityTaken, IdentityLinked: when it cannot be.

        """
        settings, desk = self._settings, self._desk
        if settings is None:
            raise NoProvider
        with desk.database.write() as session:
            row = records.named(session, name)
            identities.link(session, row.id, settings.issuer, subject, desk.now())
            desk.audit(session, AuditAction.IDENTITY_LINKED, name, provider=settings.issuer, subject=subject, by=by)

    def unlink_for(self, name: str, *, by: str | None = None) -> None:
        """Unlink an account; sessions that began at the provider end; raises `IdentityNotLinked`, `AccountNotFound`."""
        with self._desk.database.write() as session:
            self._unlink(session, records.named(session, name), by=by)

    def finish(self, settings: OidcSettings, pending: Pending, told: Told, signed_in: SignedIn | None) -> SignedIn:
        """Link who is signed in to whom the provider tells of; raises `SignOnRefused`."""
        desk = self._desk
        # Who is signed in now may be somebody else than who began.
        if signed_in is None or signed_in.key is not None or signed_in.account.id != pending.account_id:
            raise SignOnRefused(Why.SIGNED_OUT, subject=told.subject)
        name, said = signed_in.account.name, {"provider": settings.issuer, "subject": told.subject}
        try:
            with desk.database.write() as session:
                row = desk.account(session, signed_in)
                identities.link(session, row.id, settings.issuer, told.subject, desk.now())
                desk.audit(session, AuditAction.IDENTITY_LINKED, name, by=name, **said)
        except (IdentityTaken, IdentityLinked):
            raise SignOnRefused(Why.OTHER_ACCOUNT, subject=told.subject, account=name) from None
        except records.SignInRefused:
            raise SignOnRefused(Why.SIGNED_OUT, subject=told.subject, account=name) from None
        return signed_in

    def _unlink(self, session: Session, row: Account, *, by: str | None) -> None:
        for gone in identities.unlink(session, row.id):
            said = {"provider": gone.issuer, "subject": gone.subject}
            self._desk.audit(session, AuditAction.IDENTITY_UNLINKED, row.name, by=by, **said)
