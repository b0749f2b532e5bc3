"""Process tokens: permission to start a definition, as a link.

A link is 256 random bits; the database keeps only their HMAC, so neither a copy of it nor an operator can open one.
Looking at a token changes nothing: mail scanners open links. Redeeming counts the use.
"""

from engine.tokens.issue import Tokens
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
]
