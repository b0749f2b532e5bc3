"""Text: titles and texts in Markdown (CommonMark 0.31)."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from engine.declare import parameter
from engine.errors import Problem
from forms.element import Element
from forms.links import SCHEMES, is_allowed
from forms.page import Page
from forms.template import Template

# Noncharacters: no document may hold them and no entity can write them, so only a placeholder makes one.
_MARK = re.compile("\ufdd0([0-9]+)\ufdd1")
_REFUSED = "refused:"


class _Markdown(MarkdownIt):
    """CommonMark without HTML whose links lead to safe places only."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """Return `url`, marked when no link may lead there."""
        return super().normalizeLink(url) if is_allowed(url) and not _MARK.search(url) else _REFUSED + url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - the library's name
        """Take any link: a refused one is reported by the check instead of being shown as text."""
        return True


_MARKDOWN = _Markdown("commonmark", {"html": False})


class Text(Element):
    """A title or a text, in Markdown. A secret in it is hidden until the end user asks for it."""

    type: ClassVar[str] = "text"
    name: ClassVar[str] = "Text"
    group: ClassVar[str] = "Text"
    opens: ClassVar[tuple[str, ...]] = ("text",)
    html: ClassVar[str] = """
{%- from "parts" import hidden -%}
{%- if secret %}{% call hidden("text") %}{{ text }}{% endcall %}{% else %}{{ text }}{% endif -%}
"""

    text: str = parameter("Text", required=True, help="Markdown; `# ` at the start of a line makes it a title.")

    @cached_property
    def markdown(self) -> Template:
        """The text as HTML around the placeholders: values are put in last, so they are never Markdown or HTML."""
        html = _MARKDOWN.renderer.render(self._tokens, _MARKDOWN.options, {})
        return self._restored(Markup(html))  # noqa: S704 - made from Markdown with HTML off

    @cached_property
    def heading(self) -> Template | None:
        """The first title of the highest level, as plain text."""
        for opening, inline in zip(self._tokens, self._tokens[1:], strict=False):
            if opening.type == "heading_open" and opening.tag == "h1":
                return self._restored("".join(map(_plain, inline.children or ())))
        return None

    @cached_property
    def _tokens(self) -> list[Token]:
        marked = (
            part if isinstance(part, str) else f"\ufdd0{index}\ufdd1"
            for index, part in enumerate(self.templates["text"].parts)
        )
        return _MARKDOWN.parse("".join(marked))

    def _restored(self, text: str) -> Template:
        """Return the template that has literals of the type of `text` between the placeholders that it has marks of."""
        compiled = self.templates["text"].parts
        parts = _MARK.split(text)
        return Template(
            tuple(compiled[int(part)] if place % 2 else type(text)(part) for place, part in enumerate(parts))
        )

    def check(self) -> Iterator[Problem]:
        """Find links that lead nowhere good, and images."""
        found = list(super().check())
        yield from found
        if found:
            return
        for token in (child for each in self._tokens for child in (each, *(each.children or ()))):
            if token.type == "image":
                yield Problem("form.image", "A text cannot show an image.", "Remove the ! before the [.")
            if token.type == "link_open" and _is_refused(target := str(token.attrs["href"])):
                yield _link_problem(target.removeprefix(_REFUSED))

    def view(self, page: Page) -> Mapping[str, object]:
        """Return the text with its values."""
        filled = page.open(self.markdown)
        return {"text": filled.html, "secret": filled.opened}

    def plain(self, page: Page) -> str:
        """Return the text as it was written, with its values."""
        return page.open(self.templates["text"]).text


def _plain(token: Token) -> str:
    return " " if token.type.endswith("break") else token.content


def _is_refused(target: str) -> bool:
    return not target or target.startswith(_REFUSED)


def _link_problem(target: str) -> Problem:
    if _MARK.search(target):
        return Problem("form.placeholder-in-link", "A link in a text has a placeholder.", "Use a Link element for it.")
    message = f"A link in a text cannot lead to {target[:100]!r}."
    return Problem("form.unsafe-link", message, f"Write a whole link that starts with one of: {', '.join(SCHEMES)}.")
