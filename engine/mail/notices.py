"""What Idflow itself tells a user by mail, in the language of the user.

`templates/<notice>.<language>.md`: the subject, an empty line, the text in Markdown. Placeholders: `{{user}}`, how the
user is called; `{{time}}`, when it happened, in the user's time zone.
"""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.identity import UserRecord
from engine.mail.body import Body, Line
from engine.mail.letter import Letter
from engine.mail.port import Notice

TEMPLATES = Path(__file__).with_name("templates")

LANGUAGE = "en"
"""For users whose own has no template."""


def write(notice: Notice, user: UserRecord, address: str, at: datetime, organisation: str = "") -> Letter:
    """Return the letter that tells `user`, at `address`, of what happened at `at` (aware).

    `organisation` is who says so, below the text; empty: nobody.
    """
    language = _language(notice, user.locale)
    subject, body = _template(notice, language)
    local = at.astimezone(ZoneInfo(user.time_zone))
    scope = {"user": user.label, "time": f"{local:%Y-%m-%d %H:%M} ({user.time_zone})"}
    title = subject.fill(scope)
    text, html = (body if not organisation else _signed(notice, language)).fill(
        {**scope, "organisation": organisation}, title=title, language=language
    )
    return Letter((address,), title, text, html)


def _language(notice: Notice, locale: str) -> str:
    """Return the language of the best template: `de-AT`, then `de`, then the default (RFC 4647, 3.4)."""
    tag = locale
    while tag and not (TEMPLATES / f"{notice}.{tag}.md").is_file():
        tag = tag.rpartition("-")[0]
    return tag or LANGUAGE


@lru_cache
def _template(notice: Notice, language: str) -> tuple[Line, Body]:
    subject, body = _parts(notice, language)
    return Line.compile(subject), Body.compile(body)


@lru_cache
def _signed(notice: Notice, language: str) -> Body:
    _, body = _parts(notice, language)
    return Body.compile(f"{body.rstrip()}\n\n{{{{organisation}}}}\n")


def _parts(notice: Notice, language: str) -> tuple[str, str]:
    subject, _, body = (TEMPLATES / f"{notice}.{language}.md").read_text(encoding="utf-8").partition("\n\n")
    return subject, body
