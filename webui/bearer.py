"""API keys in requests (RFC 6750, 2.1), and forms that are protected where there is none.

A request with a key is no browser's own: no other site can make a browser send that header, so that it needs no CSRF
token; whatever cookies come with it are not looked at.
"""

from typing import Any

from flask import request
from flask_wtf.csrf import CSRFProtect

PATHS = ("/backoffice/api/", "/api/")
"""How the paths begin on which keys count."""

_SCHEME = "bearer "


def given_key() -> str | None:
    """Return the key that came with the current request; None where there is none, or it does not count."""
    header = request.headers.get("Authorization", "")
    if header[: len(_SCHEME)].lower() != _SCHEME or not request.path.startswith(PATHS):
        return None
    return header[len(_SCHEME) :].strip()


NO_COOKIES = "/api/"
"""How the paths begin on which cookies never count: only a key lets anybody in, so that no other site can use one's."""


class Csrf(CSRFProtect):  # type: ignore[misc] # Flask-WTF has no types
    """Asks for the token on every request that changes something, has no key, and could be let in by a cookie."""

    def protect(self, *args: Any, **options: Any) -> None:
        """Refuse a request without the token."""
        if given_key() is None and not request.path.startswith(NO_COOKIES):
            super().protect(*args, **options)
