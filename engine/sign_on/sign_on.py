"""Signing in at the provider, and what links accounts to it: what pages and the command line call.

What goes over the network is outside of transactions.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from hmac import compare_digest

from sqlalchemy.orm import Session

from engine.accounts import (
    AccountRecord,
    Desk,
    SignedIn,
    TooManyRequests,
    identities,
    records,
    second_factors,
    sessions,
)
from engine.accounts.identities import IdentityLinked, IdentityRecord, IdentityTaken
from engine.accounts.rates import Rates
from engine.accounts.sessions import AtProvider, Origin
from engine.audit import AuditAction
from engine.errors import Conflict, NotFound
from engine.oidc_settings import OidcSettings
from engine.setting import SettingInvalid
from engine.sign_on.claims import check_email, name_of, role_of
from engine.sign_on.conversation import Answer, Conversation, Told
from engine.sign_on.pending import Pending, Purpose, Sealer
from engine.sign_on.reasons import ProviderUnavailable, SignOnRefused, Why
from engine.sign_on.wire import Wire
from engine.store import Account, AccountIdentity

MAXIMUM_NAMESAKES = 1000
"""How many accounts may be named alike, with a number behind the name."""

REFUSALS = 10
"""How many refusals of one address the audit trail has at once; then one every `REFUSALS_EVERY`."""

REFUSALS_EVERY = timedelta(seconds=10)

_MAXIMUM_ADDRESS = 64


class NoProvider(NotFound):
    """Nobody can sign in at a provider here: no setting names one."""

    code = "no-provider"


class OnlyWayIn(Conflict):
    """Without the link, nobody could sign in with this account. Ask an administrator for a reset link first."""

    code = "only-way-in"


@dataclass(frozen=True, slots=True)
class Begun:
    """A visit to the provider that begins."""

    url: str = field(repr=False)
    """Where the browser goes to."""
    state: str = field(repr=False)
    sealed: str = field(repr=False)
    """What the browser keeps until it comes back."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A visit to the provider that came to its end."""

    purpose: Purpose
    signed_in: SignedIn
    after: str
    """Where to go on."""


class SingleSignOn:
    """Signs people in at the OpenID provider of the settings, if they name one."""

    def __init__(self, desk: Desk, settings: OidcSettings | None, wire: Wire | None = None) -> None:
        """Speak with the provider by `wire`; None is the network.

        Raises:
            SettingInvalid: when the settings name a role that there is not.

        """
        self._desk = desk
        self._settings = settings
        self._wire = wire or Wire()
        self._sealer = Sealer(desk.key("sign-on"))
        self._refusals = Rates(REFUSALS, REFUSALS_EVERY)
        self._conversation = None
        if settings is not None:
            for role in (*(role for _, role in settings.roles), *filter(None, (settings.default_role,))):
                try:
                    records.known_role(role)
                except records.RoleUnknown as error:
                    raise SettingInvalid(f"IDFLOW_OIDC_ROLES, or the default role: {error.message}") from None
            self._conversation = Conversation(settings, self._wire, desk.clock)

    @property
    def label(self) -> str | None:
        """What the provider is called; None where there is none."""
        return None if self._settings is None else self._settings.label

    @property
    def takes_passwords(self) -> bool:
        """Whether passwords still sign in."""
        return self._desk.rules.passwords

    @property
    def asks_factor(self) -> bool:
        """Whether our own second factor is asked for after a sign-in at the provider."""
        return self._desk.rules.factor_after_provider

    def close(self) -> None:
        """Give back the connections."""
        self._wire.close()

    def begin(self, redirect_uri: str, *, after: str = "", again: bool = False) -> Begun:
        """Begin a sign-in, whose answer comes to `redirect_uri`; nothing is written.

        Raises:
            NoProvider: when there is none.
            ProviderUnavailable: when it does not answer.

        """
        return self._begin(Pending.make(Purpose.SIGN_IN, redirect_uri, self._desk.random, after=after), again=again)

    def begin_link(self, signed_in: SignedIn, redirect_uri: str) -> Begun:
        """Begin to link the account that is signed in; raises the same as `begin`, and `IdentityLinked`.

        The caller has asked for the password (see `Accounts.prove`).
        """
        if self.identities(signed_in.account):
            raise IdentityLinked
        pending = Pending.make(Purpose.LINK, redirect_uri, self._desk.random, account=signed_in.account.id)
        return self._begin(pending, again=True)

    def finish(  # noqa: PLR0913 - what a browser comes back with
        self,
        answer: Answer,
        sealed: str,
        signed_in: SignedIn | None,
        *,
        address: str,
        device: str = "",
        reference: str = "",
    ) -> Finished:
        """Sign in whom the provider tells of, or link who is signed in; `sealed` is what the browser kept.

        A sign-in gives a new session, halfway where our second factor is asked for, too. `reference` is what a person
        can quote who is refused.

        Raises:
            NoProvider: when there is none.
            SignOnRefused: when nobody is signed in, and why.
            ProviderUnavailable: when the provider does not answer.

        """
        settings, conversation = self._provider()
        try:
            pending = self._expected(answer, sealed)
            told = conversation.hear(answer, pending)
            check_email(told.claims, settings)
            if pending.purpose is Purpose.LINK:
                return Finished(pending.purpose, self._link(settings, pending, told, signed_in), pending.next)
            return Finished(pending.purpose, self._sign_in(settings, told, Origin(address, device)), pending.next)
        except SignOnRefused as refused:
            more = {"detail": refused.detail, "subject": refused.subject}
            self._note(refused.why.value, refused.account, address, reference=reference, **more)
            raise
        except ProviderUnavailable as failed:
            self._note("unavailable", None, address, reference=reference, detail=failed.detail[:200])
            raise

    def farewell(self, signed_in: SignedIn, back: str) -> str | None:
        """Return the address that signs out at the provider, too, and leads to `back`; None where there is no need."""
        if self._settings is None or self._conversation is None or not self._settings.sign_out:
            return None
        desk = self._desk
        with desk.database.read() as session:
            began = sessions.provider_of(session, signed_in.session)
            identity = None if began is None else session.get(AccountIdentity, began.identity_id)
            if began is None or identity is None or identity.issuer != self._settings.issuer:
                return None
        token = None if began.id_token is None else self._sealer.open_token(began.id_token)
        return self._conversation.farewell(token, back)

    def identities(self, account: AccountRecord) -> list[IdentityRecord]:
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
        settings, _ = self._provider()
        desk = self._desk
        with desk.database.write() as session:
            row = records.named(session, name)
            identities.link(session, row.id, settings.issuer, subject, desk.now())
            desk.audit(session, AuditAction.IDENTITY_LINKED, name, provider=settings.issuer, subject=subject, by=by)

    def unlink_for(self, name: str, *, by: str | None = None) -> None:
        """Unlink an account; sessions that began at the provider end; raises `IdentityNotLinked`, `AccountNotFound`."""
        with self._desk.database.write() as session:
            self._unlink(session, records.named(session, name), by=by)

    def _provider(self) -> tuple[OidcSettings, Conversation]:
        if self._settings is None or self._conversation is None:
            raise NoProvider
        return self._settings, self._conversation

    def _begin(self, pending: Pending, *, again: bool) -> Begun:
        _, conversation = self._provider()
        url = conversation.question(pending, again=again)
        return Begun(url, pending.state, self._sealer.seal(pending, self._desk.now()))

    def _expected(self, answer: Answer, sealed: str) -> Pending:
        """Return the sign-in that an answer belongs to, and use it up."""
        desk = self._desk
        pending = None if answer.is_too_long else self._sealer.open(sealed, desk.now())
        if pending is None or not compare_digest(pending.state.encode(), answer.state.encode()):
            raise SignOnRefused(Why.STATE)
        with desk.database.write() as session:
            unused = identities.use_answer(session, pending.state, desk.now())
        if not unused:
            raise SignOnRefused(Why.STATE, detail="it was used already")
        return pending

    def _sign_in(self, settings: OidcSettings, told: Told, origin: Origin) -> SignedIn:
        desk, where = self._desk, origin.address[:_MAXIMUM_ADDRESS]
        with desk.database.write() as session:
            now = desk.now()
            found = identities.find(session, settings.issuer, told.subject)
            identity, row = self._made(session, settings, told) if found is None else found
            if row.disabled_at is not None:
                raise SignOnRefused(Why.DISABLED, subject=told.subject, account=row.name)
            if found is not None and settings.maps_roles:
                self._take_role(session, settings, told, row)
            halfway = settings.second_factor and second_factors.is_on(session, row.id)
            identity.used_at = now
            if not halfway:
                row.signed_in_at = now
            asked = AuditAction.SECOND_FACTOR_ASKED if halfway else AuditAction.SIGN_IN_SUCCEEDED
            desk.audit(session, asked, row.name, address=where, provider=settings.issuer, subject=told.subject)
            provider = AtProvider(identity.id, self._sealer.seal_token(told.id_token, now))
            given = sessions.begin(session, row.id, origin, desk.random, now, halfway=halfway, provider=provider)
            return desk.signed_in(session, row, given, halfway=halfway)

    def _made(self, session: Session, settings: OidcSettings, told: Told) -> tuple[AccountIdentity, Account]:
        """Make the account of somebody who is here for the first time."""
        desk, now = self._desk, self._desk.now()
        if not settings.create_accounts:
            raise SignOnRefused(Why.NO_ACCOUNT, subject=told.subject)
        role = role_of(told.claims, settings)
        if role is None:
            raise SignOnRefused(Why.NO_ROLE, subject=told.subject)
        name = _free(session, name_of(told.claims, settings))
        row = records.create_without_password(session, name, role.value, now)
        identity = identities.link(session, row.id, settings.issuer, told.subject, now)
        said = {"provider": settings.issuer, "subject": told.subject}
        desk.audit(session, AuditAction.ACCOUNT_CREATED, name, role=role.value, by=None, **said)
        desk.audit(session, AuditAction.IDENTITY_LINKED, name, by=None, **said)
        return identity, row

    def _take_role(self, session: Session, settings: OidcSettings, told: Told, row: Account) -> None:
        """Give an account the role that the provider says it has now."""
        role = role_of(told.claims, settings)
        if role is None or row.role == role:
            return
        try:
            records.spare(session, row, self._desk.now())
        except records.LastAdministrator:
            raise SignOnRefused(Why.LAST_ADMINISTRATOR, subject=told.subject, account=row.name) from None
        before, row.role = row.role, role.value
        detail = {"role": row.role, "before": before, "provider": settings.issuer}
        self._desk.audit(session, AuditAction.ACCOUNT_ROLE_CHANGED, row.name, by=None, **detail)

    def _link(self, settings: OidcSettings, pending: Pending, told: Told, signed_in: SignedIn | None) -> SignedIn:
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

    def _note(self, why: str, account: str | None, address: str, **more: str | None) -> None:
        """Write down that somebody was refused; not so often that the audit trail could be filled with it."""
        desk, where = self._desk, address[:_MAXIMUM_ADDRESS]
        try:
            self._refusals.take(where, desk.now())
        except TooManyRequests:
            return
        shown = {name: value for name, value in more.items() if value}
        with desk.database.write() as session:
            desk.audit(session, AuditAction.PROVIDER_SIGN_IN_REFUSED, account, why=why, address=where, **shown)


def _free(session: Session, name: str) -> str:
    """Return the name, with a number behind it when another account has it: nobody gets that one by its name."""
    for number in range(1, MAXIMUM_NAMESAKES):
        tried = name if number == 1 else f"{name}-{number}"
        if records.row_of(session, tried) is None:
            return tried
    raise records.AccountNameTaken
