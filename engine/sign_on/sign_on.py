"""Signing in at the provider: what pages and the command line call.

What goes over the network is outside of transactions.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from hmac import compare_digest

from engine.accounts import (
    Desk,
    SignedIn,
    TooManyRequests,
    identities,
    records,
    sessions,
)
from engine.accounts.identities import IdentityLinked
from engine.accounts.rates import Rates
from engine.accounts.sessions import Origin
from engine.audit import AuditAction
from engine.oidc_settings import OidcSettings
from engine.setting import SettingInvalid
from engine.sign_on.arrivals import Arrivals
from engine.sign_on.claims import check_email
from engine.sign_on.conversation import Answer, Conversation
from engine.sign_on.links import Links, NoProvider
from engine.sign_on.pending import Pending, Purpose, Sealer
from engine.sign_on.reasons import ProviderUnavailable, SignOnRefused, Why
from engine.sign_on.wire import Wire
from engine.store.models import AccountIdentity

REFUSALS = 10
"""How many refusals of one address the audit trail has at once; then one every `REFUSALS_EVERY`."""

REFUSALS_EVERY = timedelta(seconds=10)

_MAXIMUM_ADDRESS = 64


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

    def __init__(self, desk: Desk, settings: OidcSettings | None) -> None:
        """Raise `SettingInvalid` when the settings name a role that there is not."""
        self._desk = desk
        self._settings = settings
        self._wire = Wire()
        self._sealer = Sealer(desk.key("sign-on"))
        self._arrivals = Arrivals(desk, self._sealer)
        self.links = Links(desk, settings)
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
        if self.links.of(signed_in.account):
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
                return Finished(pending.purpose, self.links.finish(settings, pending, told, signed_in), pending.next)
            return Finished(
                pending.purpose, self._arrivals.sign_in(settings, told, Origin(address, device)), pending.next
            )
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
