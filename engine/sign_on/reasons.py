"""Why somebody is not signed in by the provider."""

from collections.abc import Mapping
from enum import StrEnum

from engine.errors import Failure, Refused


class Why(StrEnum):
    """The reason; the audit trail has it."""

    STATE = "state"
    """The answer belongs to no sign-in of this browser, or was used already, or comes too late."""
    ISSUER = "issuer"
    """The answer is of another provider."""
    DENIED = "denied"
    """The provider, or the person there, said no."""
    CODE = "code"
    """The provider gave nothing for its code."""
    TOKEN = "token"  # noqa: S105 - a reason
    """Its ID token proves nothing."""
    EMAIL = "email"
    """The address is not verified, or not of a domain that may come in."""
    NO_ROLE = "no-role"
    """Nothing that the provider says gives a role here."""
    NO_ACCOUNT = "no-account"
    """The identity is linked to no account, and none is made."""
    DISABLED = "disabled"
    """The account is disabled."""
    LAST_ADMINISTRATOR = "last-administrator"
    """The provider gives the last administrator another role."""
    OTHER_ACCOUNT = "other-account"
    """The identity, or the account, is linked otherwise."""
    SIGNED_OUT = "signed-out"
    """Whoever wanted to link the account is signed in no more."""


TEXTS: Mapping[Why, str] = {
    Why.STATE: "This sign-in took too long, was begun in another browser or tab, or was finished already. Begin again.",
    Why.ISSUER: "The answer did not come from the provider that you were sent to. Nothing was done. Begin again.",
    Why.DENIED: "The provider did not sign you in, or you stopped there.",
    Why.CODE: "The provider did not confirm the sign-in. Begin again.",
    Why.TOKEN: "What the provider said about you could not be verified. Begin again.",
    Why.EMAIL: "Your mail address at the provider is not verified, or not one that may come in here.",
    Why.NO_ROLE: "The provider knows you, but nothing there gives you a role here. Ask whoever administers Idflow.",
    Why.NO_ACCOUNT: "The provider knows you, but you have no account here yet. Ask whoever administers Idflow for one. "
    "If you have one with a password, sign in with it and link it under Account.",
    Why.DISABLED: "Your account here is disabled. Ask whoever administers Idflow.",
    Why.LAST_ADMINISTRATOR: "You are the last administrator here, and the provider gives you another role now. Sign in "
    "with your password, or make another account an administrator first.",
    Why.OTHER_ACCOUNT: "That identity is linked to another account, or yours is linked already. Unlink it first.",
    Why.SIGNED_OUT: "You are no longer signed in with the account that you wanted to link. Sign in and begin again.",
}


class SignOnRefused(Refused):
    """The provider's word does not sign anybody in."""

    code = "sign-on-refused"

    def __init__(self, why: Why, *, detail: str = "", subject: str | None = None, account: str | None = None) -> None:
        super().__init__(TEXTS[why])
        self.why = why
        self.detail = detail
        """More, for the operator: never what was sent by a browser."""
        self.subject = subject
        """Who it was there, once that is proven."""
        self.account = account
        """And here."""


class ProviderUnavailable(Failure):
    """The provider cannot be reached, or does not answer as it should. Try again later."""

    code = "provider-unavailable"
    retry_helps = True

    def __init__(self, detail: str) -> None:
        super().__init__()
        self.detail = detail
        """What went wrong, for the operator."""
