"""Passwords: rules (NIST SP 800-63B-4, 3.1.1.2), Argon2id hashes (RFC 9106), one-time passwords.

The rules ask for length and against what is guessed first; never for kinds of characters, never for a change after a
time.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from engine.errors import Refused

MINIMUM_LENGTH = 12
"""In characters, after normalisation."""

MAXIMUM_LENGTH = 128
"""In characters: enough for any phrase, and little enough that hashing it cannot be used to keep the server busy."""

MINIMUM_DIFFERENT = 5
"""How many different characters a password has at least."""

MINIMUM_OWN = 6
"""How many characters must be left without the words that anybody would try."""

HASHES_AT_ONCE = 2
"""How many hashes one process works on at a time: each takes 64 MiB."""

NONE = "!"
"""What is kept for an account that has no password: the hash of none."""

_WORDS = ("idflow", "admin", "administrator", "backoffice", "password", "passwort", "welcome", "letmein", "qwertz")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm")
_ALONG = tuple(way * 2 for row in _ROWS for way in (row, row[::-1]))
"""The alphabet, the digits and keyboards, forwards and backwards."""

_RUN = 6
"""How many characters along one of them are a run."""

_KNOWN = frozenset(
    {
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv",
        "q1w2e3r4t5y6",
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "iloveyou1234",
        "trustno1trustno1",
        "changemechangeme",
        "thisismypassword",
        "unknownunknown",
        "qwertyqwerty",
    }
)
_NO_LETTER = re.compile(r"[\W\d_]+")

# Without characters that are taken for others; 32, so that five bits pick one.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_turns = BoundedSemaphore(HASHES_AT_ONCE)


class PasswordRefused(Refused):
    """This password cannot be taken."""

    code = "password-refused"


def normal(password: str) -> str:
    """Return the password as it is hashed: in NFKC, so that every keyboard gives the same."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, name: str) -> None:
    """Look whether a password can be chosen by the account `name`.

    Raises:
        PasswordRefused: when it is too short, too long, or among what is guessed first; it says why.

    """
    plain = normal(password[: MAXIMUM_LENGTH + 1])
    if len(plain) < MINIMUM_LENGTH:
        raise PasswordRefused(f"Use {MINIMUM_LENGTH} characters or more. Several words are easy to remember.")
    if len(plain) > MAXIMUM_LENGTH:
        raise PasswordRefused(f"Use {MAXIMUM_LENGTH} characters at most.")
    if any(unicodedata.category(each) == "Cc" for each in plain):
        raise PasswordRefused("Leave out line breaks and other control characters.")
    if _is_guessed(plain.casefold(), name.casefold()):
        raise PasswordRefused("This would be guessed early. Use several words that do not belong together.")


def digest(password: str) -> str:
    """Return the hash to keep."""
    with _turns:
        return _HASHER.hash(normal(password))


def verify(password: str, kept: str) -> bool:
    """Tell whether it is the password of a kept hash; takes the same time either way, also where there is none."""
    # What is too long was never chosen; it is not hashed as a whole, but something is, so that it takes as long.
    plain, nobody = normal(password[: MAXIMUM_LENGTH + 1]), kept == NONE
    kept = nobodys() if nobody else kept
    with _turns:
        try:
            _HASHER.verify(kept, plain)
        except (VerificationError, InvalidHashError):
            return False
    return len(password) <= MAXIMUM_LENGTH and not nobody


def one_time(random: Callable[[int], bytes]) -> str:
    """Return a new one-time password of 100 random bits; `random` returns that many random bytes."""
    picked = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in random(_GROUPS * _GROUP))
    return "-".join(picked[start : start + _GROUP] for start in range(0, len(picked), _GROUP))


@cache
def nobodys() -> str:
    """Return the hash that stands for that of an account which does not exist."""
    return digest("Looking this up takes as long as if it were somebody's.")


def _is_guessed(password: str, name: str) -> bool:
    if password in _KNOWN or len(set(password)) < MINIMUM_DIFFERENT or _is_repeated(password):
        return True
    rest = password
    for word in sorted({*_WORDS, name} - {""}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if rest != password and len(_NO_LETTER.sub("", rest)) < MINIMUM_OWN:
        return True
    return len(password) - _longest_run(password) < MINIMUM_OWN


def _is_repeated(text: str) -> bool:
    """Tell whether it is one shorter text, several times over."""
    return text in (text + text)[1:-1]


def _longest_run(password: str) -> int:
    """Return how many characters of it are one run along the alphabet, the digits or a keyboard."""
    longest = 0
    for start in range(len(password)):
        length = max(_RUN, longest + 1)
        while start + length <= len(password) and any(password[start : start + length] in row for row in _ALONG):
            longest, length = length, length + 1
    return longest
