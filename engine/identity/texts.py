"""What names, locales and time zones of identity stores may look like."""

import re
from zoneinfo import ZoneInfo

from engine.errors import Refused

MAXIMUM_NAME = 100
"""Of a store or policy, in characters."""
MAXIMUM_LOCALE = 35
"""As RFC 5646, section 4.4.1 recommends."""
MAXIMUM_TIME_ZONE = 64

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


class IdentityInvalid(Refused):
    """An identity store, user or policy cannot be kept as it was given."""

    code = "identity-invalid"


class NameTaken(Refused):
    """Another one has this name already."""

    code = "name-taken"


def check_line(what: str, text: str, maximum: int) -> str:
    """Return `text` when it is one line of visible characters, with no space at its ends.

    Raises:
        IdentityInvalid: otherwise, with `what` it is in the message.

    """
    if not 1 <= len(text) <= maximum:
        raise IdentityInvalid(f"{what} must have 1 to {maximum} characters, not {len(text)}.")
    if text != text.strip() or not text.isprintable():
        raise IdentityInvalid(f"{what} {text!r} must not begin or end with a space, nor hold control characters.")
    return text


def check_locale(locale: str) -> str:
    """Return `locale` when it has the form of a language tag (RFC 5646): `en`, `de-AT`.

    Raises:
        IdentityInvalid: otherwise.

    """
    if len(locale) > MAXIMUM_LOCALE or not _LANGUAGE_TAG.fullmatch(locale):
        raise IdentityInvalid(f"The locale {locale!r} is no language tag; write it as en or de-AT.")
    return locale


def check_time_zone(name: str) -> str:
    """Return `name` when it is a time zone that this machine knows: `UTC`, `Europe/Vienna`.

    Raises:
        IdentityInvalid: otherwise.

    """
    if name != "UTC" and not (len(name) <= MAXIMUM_TIME_ZONE and _is_known_zone(name)):
        raise IdentityInvalid(
            f"This machine knows no time zone {name!r}; write it as UTC or Europe/Vienna (package tzdata)."
        )
    return name


def _is_known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    # A folder of the time zone database, a name that leaves it and an unknown one each fail in their own way.
    except (OSError, ValueError, KeyError):
        return False
    return True
