"""Which browser may go on with an instance.

The landing page makes the browser remember a random id (in its signed session) and carries a nonce. Both together make the
secret of the instance that *Begin* starts, so the same click twice starts it once. The secret is then a cookie for that
instance's pages alone; the engine keeps only a digest of it.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from hmac import digest
from secrets import token_urlsafe

from flask import Response, current_app, session, url_for

REMEMBERED = 5
"""How many links a browser remembers the instance of."""

_COOKIE = "idflow_journey"
_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def new_nonce() -> str:
    """Return the nonce of one landing page, and see to it that the browser has an id."""
    session.setdefault("browser", token_urlsafe(32))
    return token_urlsafe(16)


def secret_of(key: bytes, link: str, nonce: str) -> bytes | None:
    """Return the secret of what this browser begins from this landing page; None when either is unknown."""
    browser = session.get("browser")
    if not isinstance(browser, str) or not _NONCE.fullmatch(nonce):
        return None
    return digest(key, "\n".join((browser, link, nonce)).encode(), sha256)


def give(response: Response, instance_id: str, secret: bytes) -> None:
    """Give the browser the secret of an instance, for the pages of that instance."""
    response.set_cookie(
        _COOKIE,
        urlsafe_b64encode(secret).rstrip(b"=").decode(),
        path=url_for("journey.show", instance_id=instance_id),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def taken(cookies: dict[str, str]) -> bytes:
    """Return the secret that the browser sent; empty when it sent none."""
    text = cookies.get(_COOKIE, "")
    return urlsafe_b64decode(f"{text}=") if _SECRET.fullmatch(text) else b""


def remember(token_id: str, instance_id: str) -> None:
    """Let this browser find the instance again from the link of its token."""
    begun = {key: value for key, value in session.get("begun", {}).items() if key != token_id}
    session["begun"] = dict([*begun.items(), (token_id, instance_id)][-REMEMBERED:])


def begun(token_id: str) -> str | None:
    """Return the instance that this browser began with the token, if it did lately."""
    instance_id = session.get("begun", {}).get(token_id)
    return instance_id if isinstance(instance_id, str) else None
