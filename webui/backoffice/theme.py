"""Light or dark: as the system has it, or as somebody has chosen for the backoffice in this browser."""

import re
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from flask import current_app, make_response, redirect, request, url_for
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from engine.adjustments.colours import Theme
from webui.backoffice.access import safe_next
from webui.headers import may_be_kept

COOKIE = "idflow-theme"

KEPT = 365 * 24 * 3600
"""For how many seconds a browser keeps what was chosen."""

CHOICES = {"": "As the system", Theme.LIGHT.value: "Light", Theme.DARK.value: "Dark"}

_BLOCK = re.compile(r":root \{\n(.*?)\n *\}", re.DOTALL)
_TOKEN = re.compile(r"^ +(--[a-z-]+: (?!url)[^;{}]+;)$", re.MULTILINE)


def chosen() -> Theme | None:
    """Return what was chosen in the browser of the current request; None: as the system has it."""
    return _theme(request.cookies.get(COOKIE, ""))


def stylesheet() -> str | None:
    """Return the address of the colours that were chosen; None where none were."""
    theme = chosen()
    return theme and url_for("backoffice.theme_css", theme=theme.value, v=_hash(tokens(theme)))


def here() -> str:
    """Return the address of the current page, to come back to; empty where nothing can be come back to."""
    return request.full_path.rstrip("?") if request.method == "GET" else ""


def tokens(theme: Theme) -> str:
    """Return the colours of one theme as `idflow.css` has them, whatever the browser prefers."""
    return _tokens(Path(current_app.static_folder or "") / "styles" / "idflow" / "tokens.css", theme)


def css(theme: str) -> Response:
    """Return the stylesheet of one theme."""
    known = _theme(theme)
    if known is None:
        raise NotFound
    text = tokens(known)
    response = make_response(text, {"Content-Type": "text/css; charset=utf-8"})
    return may_be_kept(response) if request.args.get("v") == _hash(text) else response


def choose() -> Response:
    """Keep what was chosen, and go back to where that was."""
    given = request.form.get("theme")
    if given not in CHOICES:
        raise BadRequest("Choose light, dark, or as the system.")
    back = safe_next(request.form.get("next", "")) or url_for("backoffice.home")
    response = redirect(back, HTTPStatus.SEE_OTHER)
    path = url_for("backoffice.home").rstrip("/")
    if given:
        response.set_cookie(COOKIE, given, KEPT, path=path, secure=request.is_secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(COOKIE, path=path)
    return response


def _theme(text: str) -> Theme | None:
    return next((each for each in Theme if each.value == text), None)


@cache
def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


@cache
def _tokens(file: Path, theme: Theme) -> str:
    light, dark = _BLOCK.findall(file.read_text(encoding="utf-8"))[:2]
    found = "".join(_TOKEN.findall(light if theme is Theme.LIGHT else f"{light}\n{dark}"))
    return f":root{{color-scheme:{theme};{found}}}"
