"""Image: a picture that is part of the form."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from engine.declare import parameter
from engine.errors import Problem, Severity
from forms.element import Element
from forms.place import Place
from forms.template import Template

MAXIMUM_SOURCE = 300_000
"""How many characters a picture may have, as a data URL."""

_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,][\x20-\x7e]*", re.IGNORECASE)


class Source(Template):
    """A picture as a data URL (RFC 2397)."""

    longest: ClassVar[int] = MAXIMUM_SOURCE


class Image(Element):
    """A picture. It is part of the form, as a data URL: a page loads nothing from another host."""

    type: ClassVar[str] = "image"
    name: ClassVar[str] = "Image"
    group: ClassVar[str] = "Images"
    icon: ClassVar[str] = "M3 5h18v14H3z M3 16l5-5 5 5 3-3 5 4 M16 9h.01"
    html: ClassVar[str] = """
{%- if source -%}<img src="{{ source }}" alt="{{ alt }}">
{%- elif alt -%}<p class="unavailable">{{ alt }}</p>{%- endif -%}
"""

    source: Source | None = parameter(
        "Image source", help="A data URL: data:image/png;base64,… An address on another host is not loaded."
    )
    alt: Template = parameter(
        "Alternative text",
        default="",
        help="What the picture shows, for who cannot see it; empty when it only decorates.",
    )

    def check(self) -> Iterator[Problem]:
        """Warn of a picture that would not be shown."""
        yield from super().check()
        constant = self.source.constant if self.source else None
        if self.source is None or (constant is not None and not _DATA.fullmatch(constant.text)):
            message = "Image source is no data URL, so the alternative text is shown instead."
            remedy = "Put the picture into the form: data:image/png;base64,…"
            yield Problem("form.image-not-shown", message, remedy, severity=Severity.WARNING)

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the picture, or nothing in its place, and the text."""
        source = place.text(self.source)
        return {"source": source if _DATA.fullmatch(source) else "", "alt": place.text(self.alt)}

    def plain(self, place: Place) -> str:
        """Return the alternative text."""
        return place.text(self.alt)
