"""The text of a mail: Markdown (CommonMark 0.31) with placeholders, as plain text and as HTML.

A placeholder is a path in double braces, as forms have it. Values are put in last, so they are never Markdown or HTML,
and never read for placeholders. A secret cannot be put into a mail: mail is copied and kept by everyone on its way.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from engine import feel
from engine.errors import Failure, Refused
from engine.typed_text import written
from engine.variables import holds_secret

SCHEMES = ("https", "http", "mailto", "tel")
"""The schemes that a link in a mail may have."""

# Noncharacters: only a placeholder makes one.
_MARK = re.compile("\ufdd0([0-9]+)\ufdd1")
_MARKS = re.compile("[\ufdd0\ufdd1]")
_LINK = re.compile(rf"(?:{'|'.join(SCHEMES)}):[^\x00-\x20\x7f-\x9f\ufdd0\ufdd1]+", re.IGNORECASE)
_STORE = "_identityStore"
_SECRETS = frozenset({"secret", "qrCodeString", "recoveryCodes"})
_PAGE = Markup(
    '<!DOCTYPE html>\n<html{language}>\n<head><meta charset="utf-8"><title>{title}</title></head>\n'
    '<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">\n{body}</body>\n</html>\n'
)


class MailTextInvalid(Refused):
    """The text of a mail is not Markdown with placeholders."""

    code = "mail-text-invalid"


class SecretInMail(Failure):
    """A secret cannot be put into a mail."""

    code = "secret-in-mail"


class _Markdown(MarkdownIt):
    """CommonMark without HTML. Links are looked at after it has read them."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - the library's name
        """Take any link: a refused one is reported instead of being shown as text."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """Return a refused link as it is written."""
        return super().normalizeLink(url) if _LINK.fullmatch(url) else url


_MARKDOWN = _Markdown("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class Line:
    """A text with placeholders that is not Markdown: a subject."""

    parts: tuple[str | feel.Expression, ...]

    @classmethod
    def compile(cls, text: str) -> Self:
        """Read the placeholders of `text`.

        Raises:
            MailTextInvalid: when one is no path, or is known to lead to a secret.

        """
        try:
            parts = feel.compile_placeholders(text)
        except feel.FeelSyntaxError as error:
            raise MailTextInvalid(f"At line {error.line}, character {error.column}: {error.message}.") from error
        if any(_is_secret(part.path or ()) for part in parts if isinstance(part, feel.Expression)):
            raise MailTextInvalid("A placeholder leads to a secret, which cannot be put into a mail.")
        return cls(parts)

    def fill(self, scope: Mapping[str, object]) -> str:
        """Return the text with the values in `scope`; a missing value, null and a context are nothing.

        Raises:
            SecretInMail: when a value is, or holds, a secret reference.

        """
        return "".join(part if isinstance(part, str) else _value(part, scope) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Body:
    """A text in Markdown with placeholders."""

    text: Line
    html: Line
    """Its literal texts are `Markup`."""

    @classmethod
    def compile(cls, markdown: str) -> Self:
        """Read Markdown with placeholders.

        Raises:
            MailTextInvalid: when a placeholder is no path, a link leads nowhere good, or there is an image.

        """
        if _MARKS.search(markdown):
            raise MailTextInvalid("The text has a character that Unicode keeps for programs (U+FDD0, U+FDD1).")
        text = Line.compile(markdown)
        marked = (part if isinstance(part, str) else f"\ufdd0{index}\ufdd1" for index, part in enumerate(text.parts))
        tokens = _MARKDOWN.parse("".join(marked))
        for refused in _refused(tokens):
            raise MailTextInvalid(refused)
        html = _MARK.split(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
        # Made from Markdown with HTML off.
        parts = (text.parts[int(each)] if place % 2 else Markup(each) for place, each in enumerate(html))  # noqa: S704 - see above
        return cls(text, Line(tuple(parts)))

    def fill(self, scope: Mapping[str, object], *, title: str, language: str | None = None) -> tuple[str, str]:
        """Return the plain text and the HTML document with the values in `scope`; raises as `Line.fill`."""
        # Joining escapes whatever is not markup: every value.
        html = Markup().join(part if isinstance(part, str) else _value(part, scope) for part in self.html.parts)
        named = Markup("") if language is None else Markup(' lang="{}"').format(language)
        return self.text.fill(scope), str(_PAGE.format(language=named, title=title, body=html))


def _refused(tokens: list[Token]) -> Iterator[str]:
    for token in (child for each in tokens for child in (each, *(each.children or ()))):
        if token.type == "image":
            # A picture from elsewhere tells its owner who reads the mail, and when.
            yield "A mail cannot show an image: remove the ! before the [."
        target = str(token.attrs.get("href", "")) if token.type == "link_open" else None
        if target is not None and not _LINK.fullmatch(target):
            schemes = ", ".join(SCHEMES)
            yield f"A link in a mail is written out, without placeholders, and starts with one of: {schemes}."


def _is_secret(path: tuple[str, ...]) -> bool:
    """Tell whether identity activities keep a secret there; a value itself is looked at when it is put in."""
    return _STORE in path and not _SECRETS.isdisjoint(path)


def _value(expression: feel.Expression, scope: Mapping[str, object]) -> str:
    try:
        value = expression.evaluate(scope)
    except feel.FeelEvaluationError:
        return ""
    if holds_secret(value):
        raise SecretInMail(f"{'.'.join(expression.path or ())} is or holds a secret, which cannot be put into a mail.")
    return ", ".join(filter(None, map(written, value if isinstance(value, list) else [value])))
