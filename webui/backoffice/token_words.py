"""What is said of process tokens, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.store.models import TokenType
from engine.tokens import (
    TokenExpired,
    TokenInactive,
    TokenNotYetValid,
    TokenRecord,
    TokenRefused,
    TokenSpent,
    WhetherOpened,
)
from webui.backoffice.shown import counted

_STATES: Mapping[type[TokenRefused], tuple[str, str]] = {
    TokenInactive: ("Switched off", "neutral"),
    TokenSpent: ("Used up", "neutral"),
    TokenExpired: ("Expired", "neutral"),
    TokenNotYetValid: ("Not valid yet", "warning"),
}
_ACTIVE = ("Active", "success")

REFUSED: Mapping[str, str] = {
    TokenInactive.code: "The token was switched off.",
    TokenSpent.code: "The token was used up.",
    TokenExpired.code: "The token had expired.",
    TokenNotYetValid.code: "The token was not valid yet.",
}
"""Why a link was refused, by the code of the error."""

OPENED: Mapping[str, str] = {
    WhetherOpened.YES: "Opened",
    WhetherOpened.NO: "Not opened",
    WhetherOpened.UNBEGUN: "Opened, not begun",
}
"""Which tokens the list can be asked for."""


@dataclass(frozen=True, slots=True)
class TokenWords:
    """Says how tokens of an installation stand."""

    application: Application

    def state(self, token: TokenRecord) -> tuple[str, str]:
        """Return its state and the colour of that."""
        try:
            self.application.tokens.check(token)
        except TokenRefused as refused:
            return _STATES[type(refused)]
        return _ACTIVE

    def uses(self, token: TokenRecord) -> str:
        """Return what limits it, and what is left."""
        used = f"used {counted(token.uses, 'time')}" if token.uses else "never used"
        match token.type:
            case TokenType.COUNT:
                limit = token.limit or 0
                return f"Count limited: {max(0, limit - token.uses)} of {counted(limit, 'use')} left"
            case TokenType.TIME:
                return f"Time limited: until {self.moment(token.not_after)}, {used}"
            case TokenType.UNLIMITED:
                return f"Unlimited: {used}"

    def moment(self, at: datetime | None) -> str:
        """Return a time in the zone of the installation; None is `ever`."""
        settings = self.application.settings
        return f"{at.astimezone(settings.zone):%Y-%m-%d %H:%M} {settings.time_zone}" if at else "ever"
