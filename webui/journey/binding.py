"""What ties a journey to the one browser that began it.

A browser has a random id in its signed session cookie; a landing page has a random nonce. The binding of a journey is
an HMAC of both and of the link, so that sending the same landing page twice is the same begin. The browser keeps the
binding in a cookie that is sent to that journey's pages only; the application keeps a digest of it.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request, session, url_for

REMEMBERED_JOURNEYS = 5
"""How many journeys a browser can find again by opening their link."""

_RANDOM_BYTES = 32
_TEXT = re.compile(r"[A-Za-z0-9_-]{43}")
"""256 bits as base64url without padding (RFC 4648, section 5)."""

_BROWSER = "browser"
_JOURNEYS = "journeys"


@dataclass(frozen=True, slots=True)
class Bindings:
    """Makes bindings and keeps them in the browser of the current request."""

    key: bytes
    random: Callable[[int], bytes]
    secure: bool
    """Whether cookies are sent over HTTPS only."""

    def nonce(self) -> str:
        """Return what a landing page carries; the browser is given its id when it has none."""
        if _BROWSER not in session:
            session[_BROWSER] = _encoded(self.random(_RANDOM_BYTES))
        return _encoded(self.random(_RANDOM_BYTES))

    def make(self, link: str, nonce: str) -> bytes | None:
        """Return the binding of what this browser begins from one landing page; None when the nonce is none."""
        if not _TEXT.fullmatch(nonce) or _BROWSER not in session:
            return None
        return hmac.digest(self.key, f"{session[_BROWSER]}.{nonce}.{link}".encode(), "sha256")

    def keep(self, response: Response, binding: bytes, *, token_id: str, instance_id: str) -> None:
        """Let this browser go on with the instance, and find it again by its token's link."""
        response.set_cookie(
            self._cookie,
            _encoded(binding),
            path=url_for("journey.show", instance_id=instance_id),
            httponly=True,
            secure=self.secure,
            samesite="Lax",
        )
        # Pairs: the order of a context would be lost in the cookie.
        others = [each for each in session.get(_JOURNEYS, []) if each[0] != token_id]
        session[_JOURNEYS] = [*others, [token_id, instance_id]][-REMEMBERED_JOURNEYS:]

    def current(self) -> bytes:
        """Return the binding that this browser has for the journey of this page; empty when it has none."""
        text = request.cookies.get(self._cookie, "")
        return urlsafe_b64decode(f"{text}=") if _TEXT.fullmatch(text) else b""

    def journey_of(self, token_id: str) -> str | None:
        """Return the id of the instance that this browser began last with a token."""
        return dict(session.get(_JOURNEYS, [])).get(token_id)

    @property
    def _cookie(self) -> str:
        # A cookie of this name is only taken over HTTPS (RFC 6265bis, 4.1.3.1).
        return "__Secure-idflow-journey" if self.secure else "idflow-journey"


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
