"""The language that a request is answered in.

What the address asks for (`?lang=de`, on any page), or the form that was sent; otherwise the one that was chosen on
this journey before; otherwise what the browser prefers (`Accept-Language`); otherwise English. Nothing is stored when a
page is opened: its links and its form carry the choice, and what they lead to keeps it in a cookie of the journey.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request, url_for
from flask_babel import Babel
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as AnyResponse

from webui import catalogs
from webui.catalogs import DOMAIN, ENGLISH, Language, offered, say

__all__ = ["ENGLISH", "Language", "asked", "carried", "current", "install", "isolated", "keep", "offered", "say", "use"]

ARGUMENT = "lang"
"""The argument in the address of a page that asks for a language."""

FIELD = "page-language"
"""The hidden field that carries the choice; its hyphen keeps it apart from every key of a form."""

MAXIMUM_TAG = 35
"""How many characters a language range may have to be looked at (RFC 5646, 4.4.1)."""

_JOURNEY = "journey.show"
_LEADS_ON = frozenset({"journey.landing", _JOURNEY})
_READING = frozenset({"GET", "HEAD"})
# Unicode 16, UAX 9, table 4: what is not read from left to right, and what changes the direction of what follows.
_TURNS = frozenset({"R", "AL", "AN", "LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def install(app: Flask) -> None:
    """Let the pages of `app` speak the language of their request, and say in their headers which that is."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(catalogs.TRANSLATIONS)
    Babel(app, default_locale=ENGLISH.tag, default_domain=DOMAIN, locale_selector=_locale)
    # Babel's own look for context, locale and domain again at each of the thirty texts of a page.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # the extension gives Jinja this method
        gettext=lambda text: catalogs.texts(current().tag).gettext(text),
        ngettext=lambda one, many, number: catalogs.texts(current().tag).ngettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals.update(
        language=LocalProxy(current), languages=offered, asked_language=asked, language_field=FIELD
    )
    app.jinja_env.filters["isolated"] = isolated

    @app.url_defaults
    def carry(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in _LEADS_ON and has_request_context() and request.method in _READING and (language := asked()):
            values.setdefault(ARGUMENT, language.tag)

    @app.after_request
    def add_headers(response: Response) -> Response:
        # Only a page that was written in a language has asked for one.
        if "language" in g:
            response.headers["Content-Language"] = g.language.tag
            response.vary.update(["Accept-Language", "Cookie"])
        return response


def current() -> Language:
    """Return the language that the current request is answered in."""
    if not has_request_context():
        return ENGLISH
    language: Language | None = g.get("language")
    if language is None:
        preferred = (wanted for wanted, quality in request.accept_languages if quality > 0)
        language = asked() or _lookup([request.cookies.get(_cookie(), "")]) or _lookup(preferred) or ENGLISH
        g.language = language
    return language


def use(wanted: str) -> Language:
    """Answer the current request in a language, or in the nearest that there is, whatever the browser prefers."""
    language = g.language = _lookup([wanted]) or ENGLISH
    return language


def asked() -> Language | None:
    """Return the language that the address of the current request, or the form that was sent, asks for."""
    if "asked_language" not in g:
        g.asked_language = _lookup([request.args.get(ARGUMENT, ""), _sent()])
    found: Language | None = g.asked_language
    return found


def _lookup(ranges: Iterable[str]) -> Language | None:
    """Return the offered language that the first of the language ranges leads to (RFC 4647, 3.4); None without one."""
    tags = _by_tag(offered())
    for wanted in ranges:
        parts = wanted.lower().split("-") if len(wanted) <= MAXIMUM_TAG else []
        while parts:
            if found := tags.get("-".join(parts)):
                return found
            parts.pop()
            if parts and len(parts[-1]) == 1:
                parts.pop()
    return None


@lru_cache(maxsize=1)
def _by_tag(offered: tuple[Language, ...]) -> dict[str, Language]:
    return {each.tag.lower(): each for each in offered}


def keep(response: AnyResponse, instance_id: str) -> None:
    """Let the pages of a journey stay in the language that the current request asks for, if it does."""
    if language := asked():
        response.set_cookie(
            _cookie(),
            language.tag,
            path=url_for(_JOURNEY, instance_id=instance_id),
            httponly=True,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            samesite="Lax",
        )


def carried(path: str) -> str:
    """Return the address `path` of a page, in the language that the current request asks for."""
    language = asked()
    return f"{path}?{ARGUMENT}={language.tag}" if language else path


def isolated(text: object) -> Markup:
    """Return a name or value from outside as HTML, so that its direction disturbs nothing around it (UAX 9)."""
    said = str(text)
    # In ASCII, nothing turns.
    turns = not said.isascii() and any(unicodedata.bidirectional(each) in _TURNS for each in said)
    return Markup("<bdi>{}</bdi>").format(text) if turns or current().direction == "rtl" else escape(text)


def _locale() -> str:
    return current().tag.replace("-", "_")


def _sent() -> str:
    try:
        return request.form.get(FIELD, "")
    except HTTPException:
        # The body that cannot be read is the problem that is being told.
        return ""


def _cookie() -> str:
    # A cookie of this name is only taken over HTTPS (RFC 6265bis, 4.1.3.1).
    return "__Secure-idflow-language" if current_app.config["SESSION_COOKIE_SECURE"] else "idflow-language"
