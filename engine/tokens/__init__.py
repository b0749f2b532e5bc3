"""Process tokens: permission to start a definition, as a link.

A link is 256 random bits; the database keeps only their HMAC, so neither a copy of it nor an operator can open one.
Getting the page behind a link changes nothing: mail scanners do so. A browser that shows it says so, which is noted;
redeeming counts the use.
"""

from engine.tokens.issue import Tokens
from engine.tokens.openings import Opened, Opening, Seen, WhetherOpened
from engine.tokens.records import (
    IssuedToken,
    TokenExpired,
    TokenInactive,
    TokenInvalid,
    TokenNotYetValid,
    TokenRecord,
    TokenRefused,
    TokenSpent,
    TokenUnknown,
    Value,
)
from engine.tokens.search import TokenEntry

__all__ = [
    "IssuedToken",
    "Opened",
    "Opening",
    "Seen",
    "TokenEntry",
    "TokenExpired",
    "TokenInactive",
    "TokenInvalid",
    "TokenNotYetValid",
    "TokenRecord",
    "TokenRefused",
    "TokenSpent",
    "TokenUnknown",
    "Tokens",
    "Value",
    "WhetherOpened",
]
