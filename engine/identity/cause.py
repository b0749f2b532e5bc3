"""Who does something by hand, and why: what the audit trail keeps of an account of the backoffice."""

from dataclasses import dataclass

from engine.identity.texts import check_line

MAXIMUM_REASON = 300
"""In characters."""


@dataclass(frozen=True, slots=True)
class Cause:
    """An account, and the reason that it gives."""

    account: str
    reason: str = ""
    """Empty where none is asked for."""
    key: str | None = None
    """The name of the API key that the account does it with; None is a browser."""

    def __post_init__(self) -> None:
        """Check the reason.

        Raises:
            IdentityInvalid: when it is no line of visible characters, or too long.

        """
        if self.reason:
            check_line("The reason", self.reason, MAXIMUM_REASON)


def detail(cause: Cause | None) -> dict[str, str]:
    """Return what the audit trail says of it; nothing for what a process or the command line does."""
    if cause is None:
        return {}
    said = {"by": cause.account, "reason": cause.reason, "key": cause.key}
    return {name: value for name, value in said.items() if value}
