"""Where a link may lead."""

import re

SCHEMES = ("https", "http", "mailto", "tel", "otpauth")
"""The schemes that a link of a form may have; an authenticator app opens `otpauth`."""

_ALLOWED = re.compile(rf"(?:{'|'.join(SCHEMES)}):[^\x00-\x20\x7f-\x9f]+", re.IGNORECASE)


def is_allowed(target: str) -> bool:
    """Tell whether `target` is an absolute link of an allowed scheme, without spaces or control characters.

    Browsers drop tabs and line breaks from links and white space around them (WHATWG URL, 4.4), so none is taken.
    """
    return _ALLOWED.fullmatch(target) is not None


def is_secret_safe(target: str) -> bool:
    """Tell whether `target` may hold a secret: only the authenticator app on the same device is told one."""
    return target.lower().startswith("otpauth:")
