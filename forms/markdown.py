"""Markdown (CommonMark 0.31) with FEEL in it, as HTML: a value is never read as Markdown or HTML."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html import unescape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from engine import feel
from engine.errors import Problem
from engine.variables import SecretReference
from forms.links import SCHEMES, is_allowed
from forms.template import Filled, Literal, LongText, Reveal, shown, values_of

# Noncharacters: no document may hold them and no entity can write them, so only an expression makes one.
_MARK = re.compile("\ufdd0([0-9]+)\ufdd1")
_MARKED = re.compile(' href="(?P<link>[^"]*\ufdd0[^"]*)"|\ufdd0(?P<value>[0-9]+)\ufdd1')
_REFUSED = "refused:"


class _Markdown(MarkdownIt):
    """CommonMark without HTML whose links lead to safe places only."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """Return `url`, marked when no link may lead there; one with a value in it is looked at when that is known."""
        if _MARK.search(url):
            return url
        return super().normalizeLink(url) if is_allowed(url) else _REFUSED + url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - the library's name
        """Take any link: a refused one is reported by the check instead of being shown as text."""
        return True


_MARKDOWN = _Markdown("commonmark", {"html": False})


class MarkdownText(LongText):
    """A text of a form in Markdown."""

    def problems(self) -> Iterator[Problem]:
        """Find links that lead nowhere good, and images."""
        for token in _every(_parsed(list(_literally(self.parts)))):
            if token.type == "image":
                yield Problem("form.image", "A text cannot show an image.", "Use an Image element.")
            if token.type == "link_open" and _is_refused(target := str(token.attrs["href"])):
                message = f"A link in a text cannot lead to {target.removeprefix(_REFUSED)[:100]!r}."
                remedy = f"Write a whole link that starts with one of: {', '.join(SCHEMES)}."
                yield Problem("form.unsafe-link", message, remedy)

    def html(self, scope: Mapping[str, object], reveal: Reveal | None = None) -> Filled:
        """Return the text as HTML with the values of its expressions, escaped."""
        if self.constant is not None:
            return self._constant_html
        values = list(values_of(self.parts, scope))
        html = self._static_html if self._is_static else _rendered(_parsed(values))
        texts = [shown(each, reveal) for each in values]
        secret = [isinstance(item, SecretReference) for each in values for item in _items(each)]
        # In one go: a value is never looked at again, whatever it holds.
        html = _MARKED.sub(
            lambda found: _link(found["link"], values, texts) if found["link"] else escape(texts[int(found["value"])]),
            html,
        )
        opened = any(secret) and reveal is not None
        return Filled((_markup(html),), opened=opened, masked=any(secret) and not opened)

    def heading(self, scope: Mapping[str, object]) -> str | None:
        """Return the first title of the highest level as plain text, which never opens a secret."""
        values = list(values_of(self.parts, scope))
        tokens = self._static_tokens if self._is_static else _parsed(values)
        for opening, inline in pairwise(tokens):
            if opening.type == "heading_open" and opening.tag == "h1":
                plain = "".join(" " if each.type.endswith("break") else each.content for each in inline.children or ())
                return _MARK.sub(lambda mark: shown(values[int(mark[1])]), plain)
        return None

    @cached_property
    def _is_static(self) -> bool:
        """Whether there are no blocks, so that the Markdown is the same whatever the values are."""
        return not any(isinstance(part, feel.If | feel.Loop) for part in self.parts)

    @cached_property
    def _static_tokens(self) -> list[Token]:
        return _parsed([Literal(part) if isinstance(part, str) else part for part in self.parts])

    @cached_property
    def _static_html(self) -> str:
        return _rendered(self._static_tokens)

    @cached_property
    def _constant_html(self) -> Filled:
        return Filled((_markup(self._static_html),))


def _parsed(parts: Sequence[object]) -> list[Token]:
    """Return the Markdown tokens of literal texts, with a mark for each value between them."""
    marked = (part if isinstance(part, Literal) else f"\ufdd0{index}\ufdd1" for index, part in enumerate(parts))
    return _MARKDOWN.parse("".join(marked))


def _rendered(tokens: list[Token]) -> str:
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return html


def _markup(html: str) -> Markup:
    """Return HTML that Markdown made with HTML off, and whose values were escaped."""
    return Markup(html)  # noqa: S704 - see above


def _literally(parts: feel.Parts) -> Iterator[object]:
    """Return the literal texts and expressions as if every block were there once."""
    for part in parts:
        match part:
            case str():
                yield Literal(part)
            case feel.If() | feel.Loop():
                yield from _literally(part.parts)
            case _:
                yield part


def _every(tokens: list[Token]) -> Iterator[Token]:
    for each in tokens:
        yield each
        yield from each.children or ()


def _is_refused(target: str) -> bool:
    return not target or target.startswith(_REFUSED)


def _link(target: str, values: list[object], texts: list[str]) -> str:
    """Return the attribute of a link that has values in it; nothing where it may not lead there."""
    numbers = [int(mark[1]) for mark in _MARK.finditer(target)]
    whole = _MARK.sub(lambda mark: texts[int(mark[1])], unescape(target))
    secret = any(isinstance(item, SecretReference) for number in numbers for item in _items(values[number]))
    return f' href="{escape(whole)}" rel="noreferrer"' if is_allowed(whole) and not secret else ""


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
