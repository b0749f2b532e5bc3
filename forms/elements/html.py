"""HTML: a text in HTML, of which only what is harmless is shown."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import ClassVar

import nh3
from markupsafe import Markup, escape

from engine.declare import parameter
from engine.errors import Problem, Severity
from forms.element import Element
from forms.links import is_allowed
from forms.place import Place
from forms.template import Literal, LongText, shown, values_of

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
"""The elements that are kept: nothing that runs, loads, sends, or has a style or an id of its own."""

_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed"},
    "time": {"datetime"},
    "details": {"open"},
}
_OPENING = re.compile(r"<([A-Za-z][A-Za-z0-9]*)")
_SCHEMES = {"https", "http", "mailto", "tel"}


class Html(Element):
    """A text in HTML. Scripts, styles, images and forms in it are not shown; values in it are never HTML."""

    type: ClassVar[str] = "html"
    name: ClassVar[str] = "HTML"
    group: ClassVar[str] = "Text"
    icon: ClassVar[str] = "M8 6l-5 6 5 6 M16 6l5 6-5 6"
    create: ClassVar[Mapping[str, object]] = {"content": "<p>HTML</p>"}
    html: ClassVar[str] = "{{ content }}"

    content: LongText = parameter(
        "HTML", required=True, help="Only what is harmless is shown: no scripts, styles, images."
    )

    def check(self) -> Iterator[Problem]:
        """Warn of what is not shown."""
        yield from super().check()
        whole = "".join(part if isinstance(part, str) else "x" for part in self.content.parts)
        if left_out := _left_out(whole):
            message = f"HTML: {left_out} is not shown."
            yield Problem("form.html-left-out", message, "Remove it.", severity=Severity.WARNING)

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what is shown."""
        if self.content.constant is not None:
            return {"content": self._constant}
        values = values_of(self.content.parts, place.scope)
        html = "".join(each if isinstance(each, Literal) else str(escape(shown(each))) for each in values)
        return {"content": _cleaned(html)}

    def plain(self, place: Place) -> str:
        """Return the text without the HTML."""
        return nh3.clean(str(self.view(place)["content"]), tags=set())

    @cached_property
    def _constant(self) -> Markup:
        return _cleaned(self.content.constant.text if self.content.constant else "")


def _cleaned(html: str) -> Markup:
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES,
        clean_content_tags={"script", "style", "template"},
        link_rel="noopener noreferrer",
    )
    return Markup(cleaned)  # noqa: S704 - cleaned


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """Return what is kept of an attribute: a link leads to a whole address, as everywhere in a form."""
    return value if name != "href" or is_allowed(value) else None


def _left_out(html: str) -> str:
    """Return the elements that are not shown, by their names."""
    opened = {each.lower() for each in _OPENING.findall(html)}
    return ", ".join(f"<{each}>" for each in sorted(opened - TAGS))
