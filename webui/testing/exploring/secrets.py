"""Looks for secrets where they do not belong: on pages of other forms, among variables, in the history, in mails."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.clock import Clock
from engine.identity import totp
from engine.identity.otpauth import base32
from engine.instances import InstanceDetail
from engine.mail import text_of
from engine.store.models import IdentityStore, TotpCredential, User
from engine.throwaway import Throwaway

SHORTEST = 8
"""How many characters a secret has at least: a shorter text is found anywhere by chance."""

_CREDENTIALS = (
    select(TotpCredential, User.store_id)
    .join(User, User.id == TotpCredential.user_id)
    .join(IdentityStore, IdentityStore.id == User.store_id)
)


@dataclass(frozen=True, slots=True)
class Known:
    """The secrets that have been seen, each with the form to which it belongs."""

    owners: Mapping[str, str] = field(default_factory=dict)

    def with_(self, texts: Mapping[str, str]) -> "Known":
        """Return these and others; whoever was first stays the owner."""
        longer = {text: owner for text, owner in texts.items() if len(text) >= SHORTEST}
        return Known({**longer, **self.owners}) if longer else self


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret where it does not belong."""

    element: str
    """The form that it belongs to; empty: it belongs to none."""
    where: str
    what: str


def elsewhere(throwaway: Throwaway, detail: InstanceDetail, known: Known) -> Iterator[Leak]:
    """Find secrets among the variables, in the history and in mails."""
    secrets = {**dict.fromkeys(_registered(throwaway), ""), **known.owners}
    mails = " ".join(f"{message['Subject']} {text_of(message)}" for message, _ in throwaway.mails.mails)
    incident = detail.incident.message if detail.incident else ""
    places = {
        "variables": repr((detail.variables, detail.called)),
        "history": repr([(each.element_id, each.detail) for each in detail.history]) + incident,
        "mail": mails,
    }
    for secret, owner in secrets.items():
        for where, text in places.items():
            if secret in text or repr(secret)[1:-1] in text:
                said = f"What was filled in or shown at {owner}" if owner else "The secret of a registration"
                yield Leak(owner, where, f"{said} is in the {where} as it is.")


def on_page(element: str, markup: str, known: Known) -> Iterator[Leak]:
    """Find the secrets of other forms on the page of one."""
    for secret, owner in known.owners.items():
        if owner != element and secret in markup:
            yield Leak(owner, f"page of {element}", f"The page of {element} shows a secret of {owner}.")


def _registered(throwaway: Throwaway) -> Iterator[str]:
    application = throwaway.application
    clock: Clock = throwaway.clock
    with application.database.read() as session:
        for row, store_id in session.execute(_CREDENTIALS):
            if row.expires_at is None or row.expires_at > clock.now():
                yield base32(totp.open_secret(application.identity.vault, row, store_id))
