"""Reads `otpauth` URIs strictly, by the Key Uri Format of Google Authenticator and RFC 3986."""

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from engine.errors import IdflowError
from engine.identity.otp_key import ImportRefused, OtpKey
from engine.identity.otpauth import base32
from engine.identity.policies import Algorithm

MAXIMUM_URI = 2048
"""In characters."""
MAXIMUM_URIS = 10_000
"""How many one file may hold."""

# A label or parameter of visible ASCII; a percent sign only where two hexadecimal digits follow.
_PART = r"(?:[!$'()*+,;:@/A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})"
_URI = re.compile(rf"otpauth://totp/({_PART}+)\?({_PART}+={_PART}*(?:&{_PART}+={_PART}*)*)")
_SECRET = re.compile(r"[A-Z2-7]+")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_KNOWN = frozenset({"secret", "issuer", "algorithm", "digits", "period", "image"})


def parse(uri: str) -> OtpKey:
    """Return the secret and the parameters in `otpauth://totp/{issuer}:{account}?secret=…&issuer=…`.

    The user's external ID is the account name. A plus sign is a plus sign, as RFC 3986 has it.

    Raises:
        ImportRefused, IdentityInvalid: when it is none, or holds what cannot be taken over; never with the secret.

    """
    found = _URI.fullmatch(uri) if len(uri) <= MAXIMUM_URI else None
    if found is None:
        raise ImportRefused("This is no URI that begins with otpauth://totp/ and is quoted as RFC 3986 says.")
    given: dict[str, str] = {}
    for pair in found[2].split("&"):
        name, _, value = pair.partition("=")
        if name not in _KNOWN or name in given:
            raise ImportRefused(f"The URI has the parameter {name[:20]!r}, which is unknown or there twice.")
        given[name] = _unquoted(value)
    prefix, colon, account = _unquoted(found[1]).partition(":")
    if not colon:
        prefix, account = "", prefix
    issuer = given.get("issuer", prefix)
    if colon and issuer != prefix:
        raise ImportRefused(f"The URI names two issuers, {prefix!r} and {issuer!r}.")
    account = account.lstrip(" ")
    algorithm = given.get("algorithm", Algorithm.SHA1.value)
    if algorithm not in set(Algorithm):
        raise ImportRefused(
            f"The codes of {account!r} are made with {algorithm[:20]!r}; SHA1, SHA256 or SHA512 is known."
        )
    return OtpKey(
        external_id=account,
        issuer=issuer,
        account_name=account,
        secret=_secret(given.get("secret", ""), account),
        algorithm=Algorithm(algorithm),
        digits=_number(given.get("digits", "6"), "digits"),
        period=_number(given.get("period", "30"), "period"),
    )


def parse_lines(text: str) -> Iterator[OtpKey]:
    """Yield what each line says; empty lines, and those that begin with `#`, say nothing.

    Raises:
        ImportRefused: at the first line that cannot be taken, with its number.

    """
    lines = text.splitlines()
    if len(lines) > MAXIMUM_URIS:
        raise ImportRefused(f"The file has {len(lines)} lines; {MAXIMUM_URIS} are allowed.")
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            try:
                yield parse(line)
            except IdflowError as error:
                raise ImportRefused(f"Line {number}: {error.message}") from error


def _unquoted(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError as error:
        raise ImportRefused("The URI quotes bytes that are not UTF-8.") from error


def _secret(text: str, account: str) -> bytes:
    try:
        secret = base64.b32decode(text + "=" * (-len(text) % 8)) if _SECRET.fullmatch(text) else b""
    except binascii.Error:
        secret = b""
    # Bits that are left over must be zero, or two texts would be one secret.
    if not secret or base32(secret) != text:
        raise ImportRefused(
            f"The secret of {account!r} is not Base32 in capitals without padding (RFC 4648, section 6)."
        )
    return secret


def _number(text: str, name: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ImportRefused(f"The URI's {name} is {text[:20]!r}, which is no number from 1 to 9999.")
    return int(text)
