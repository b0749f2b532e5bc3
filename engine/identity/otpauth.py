"""What an authenticator app is given: the secret in Base32, the `otpauth` URI, and the codes that come of it."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pyotp

from engine.identity.policies import Algorithm

DEFAULT_DIGITS = 6
DEFAULT_PERIOD = 30
"""Seconds."""

MINIMUM_SECRET_BYTES = 14
"""112 bits: with less pyotp makes no codes (NIST SP 800-63B-4, section 3.1.4.1)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGESTS = {Algorithm.SHA1: hashlib.sha1, Algorithm.SHA256: hashlib.sha256, Algorithm.SHA512: hashlib.sha512}


def base32(secret: bytes) -> str:
    """Return the secret in Base32 without padding (RFC 4648, section 6), as people type it."""
    return base64.b32encode(secret).decode().rstrip("=")


def without_colons(text: str) -> str:
    """Return `text` as it can stand in a label: some apps refuse an escaped colon, others lose the issuer."""
    return text.replace(":", "")


def otpauth_uri(  # noqa: PLR0913 - the parts of the URI
    secret: bytes,
    issuer: str,
    account_name: str,
    *,
    algorithm: Algorithm = Algorithm.SHA1,
    digits: int = DEFAULT_DIGITS,
    period: int = DEFAULT_PERIOD,
) -> str:
    """Return `otpauth://totp/{issuer}:{account}?secret=…&issuer=…` (Key Uri Format), quoted as RFC 3986 says.

    Colons are removed from issuer and account name; a default algorithm, number of digits or period is left out.
    """
    issuer = quote(without_colons(issuer), safe="")
    account_name = quote(without_colons(account_name), safe="")
    uri = f"otpauth://totp/{issuer}:{account_name}?secret={base32(secret)}&issuer={issuer}"
    if algorithm is not Algorithm.SHA1:
        uri += f"&algorithm={algorithm}"
    if digits != DEFAULT_DIGITS:
        uri += f"&digits={digits}"
    if period != DEFAULT_PERIOD:
        uri += f"&period={period}"
    return uri


def step_at(at: datetime, period: int) -> int:
    """Return the number of the time step of `period` seconds that `at` falls in (RFC 6238, section 4.2)."""
    return (at - _EPOCH) // timedelta(seconds=period)


def code_of_step(secret: bytes, step: int, algorithm: Algorithm, digits: int) -> str:
    """Return the code of a time step: the HOTP value of the counter `step` (RFC 4226, section 5.3)."""
    return pyotp.HOTP(base32(secret), digits=digits, digest=_DIGESTS[algorithm]).at(step)
