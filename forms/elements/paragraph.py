"""Paragraph: plain text."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms.element import Element
from forms.place import Place
from forms.template import LongText


class Paragraph(Element):
    """Plain text whose line breaks are kept. A secret in it is hidden until the end user asks for it."""

    type: ClassVar[str] = "paragraph"
    name: ClassVar[str] = "Paragraph"
    group: ClassVar[str] = "Text"
    icon: ClassVar[str] = "M4 6h16 M4 10h16 M4 14h16 M4 18h9"
    opens: ClassVar[tuple[str, ...]] = ("text",)
    create: ClassVar[Mapping[str, object]] = {"text": "Paragraph"}
    html: ClassVar[str] = """
{%- from "parts" import hidden -%}
{%- macro lines() -%}
<p>{% for line in text.splitlines() %}{{ line }}{% if not loop.last %}<br>{% endif %}{% endfor %}</p>
{%- endmacro -%}
{%- if secret %}{% call hidden(place, messages.SHOW_TEXT, messages.HIDE_TEXT) %}{{ lines() }}{% endcall %}
{%- else %}{{ lines() }}{% endif -%}
"""

    text: LongText = parameter("Text", required=True, help="Shown as it is written.")

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the text with its values."""
        filled = place.open(self.text)
        return {"text": filled.text, "secret": filled.opened}

    def plain(self, place: Place) -> str:
        """Return the text as it was written, with its values."""
        return place.open(self.text).text
