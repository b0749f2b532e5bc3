"""What everything about accounts works with, and who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any, Self

from sqlalchemy.orm import Session

from engine import audit
from engine.accounts import records, second_factors, sessions
from engine.accounts.api_keys import ApiKeyRecord
from engine.accounts.back_off import Failures
from engine.accounts.permissions import NOT_FOR_KEYS, Permission
from engine.accounts.rates import Budget
from engine.accounts.records import AccountRecord, SignInRefused
from engine.accounts.sessions import Limits
from engine.api_settings import ApiSettings
from engine.audit import AuditAction
from engine.clock import Clock
from engine.config import Settings
from engine.identity.vault import Vault
from engine.store import Database
from engine.store.models import Account


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in, in one browser, or a program that has an API key."""

    account: AccountRecord
    session: str = field(repr=False)
    """The id that the browser has; empty for a program."""
    must_enrol: bool = False
    """Whether a second factor has to be set up before anything else can be done."""
    halfway: bool = False
    """Whether the second factor is still to come: nobody is signed in before that."""
    key: ApiKeyRecord | None = None
    budget: Budget | None = None
    """How many requests are left that the key may send."""
    by_provider: bool = False
    """Whether it was at an OpenID provider."""

    @property
    def permissions(self) -> frozenset[Permission]:
        """What can be done: by a key, what it was given and its account still has."""
        own = self.account.permissions
        return own if self.key is None else own & frozenset(self.key.permissions) - NOT_FOR_KEYS


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say about accounts."""

    limits: Limits = field(default_factory=Limits)
    require_second_factor: bool = False
    api: ApiSettings = field(default_factory=ApiSettings)
    passwords: bool = True
    """Whether passwords sign in that are not one-time passwords."""
    factor_after_provider: bool = False
    """Whether a sign-in at a provider leaves our own second factor to be asked for."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what these settings say."""
        oidc = settings.oidc
        return cls(
            Limits(timedelta(minutes=settings.session_idle), timedelta(hours=settings.session_lifetime)),
            settings.require_second_factor,
            settings.api,
            passwords=oidc is None or oidc.passwords,
            factor_after_provider=oidc is not None and oidc.second_factor,
        )


class Desk:
    """The database of accounts with its keys, its clock and its rules."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        rules: Rules | None = None,
        random: Callable[[int], bytes] = token_bytes,
    ) -> None:
        """Use `random`, which returns that many random bytes, for everything that must not be guessed."""
        self.database = database
        self.vault = vault
        self.clock = clock
        self.rules = rules or Rules()
        self.random = random
        self.failures = Failures(vault.derive("sign-in-failures"))

    def key(self, purpose: str) -> bytes:
        """Return the secret key for one kind of digest."""
        return self.vault.derive(f"account-{purpose}")

    def now(self) -> datetime:
        """Return the time."""
        return self.clock.now()

    def audit(self, session: Session, action: AuditAction, account: str | None, **detail: object) -> None:
        """Write down what happened to an account; `by` is the name of another that did it, None the command line."""
        shown: dict[str, Any] = dict(detail)
        audit.record(session, self.clock, action, account=account, **shown)

    def account(self, session: Session, signed_in: SignedIn, *, halfway: bool = False) -> Account:
        """Return the row of who is signed in; raises `SignInRefused` when the session is over."""
        found = sessions.find(session, signed_in.session, self.rules.limits, self.now())
        if found is None or found[0].halfway is not halfway:
            raise SignInRefused("You are no longer signed in.")
        return found[1]

    def signed_in(self, session: Session, row: Account, given: str, *, halfway: bool = False) -> SignedIn:
        """Return who is signed in, or halfway, by the session with this id."""
        provider = sessions.provider_of(session, given) is not None
        asked = self.rules.factor_after_provider or not provider
        must = asked and self.rules.require_second_factor and not second_factors.is_on(session, row.id)
        # Whoever came by a provider has no use for the one-time password.
        account = replace(records.record(row), must_change=False) if provider else records.record(row)
        return SignedIn(account, given, must, halfway, by_provider=provider)
