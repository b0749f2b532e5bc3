"""Paragraph: plain text."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms.element import Element
from forms.page import Page


class Paragraph(Element):
    """Plain text whose line breaks are kept. A secret in it is hidden until the end user asks for it."""

    type: ClassVar[str] = "paragraph"
    name: ClassVar[str] = "Paragraph"
    group: ClassVar[str] = "Text"
    opens: ClassVar[tuple[str, ...]] = ("text",)
    html: ClassVar[str] = """
{%- from "parts" import hidden -%}
{%- macro lines() -%}
<p>{% for line in text.splitlines() %}{{ line }}{% if not loop.last %}<br>{% endif %}{% endfor %}</p>
{%- endmacro -%}
{%- if secret %}{% call hidden("text") %}{{ lines() }}{% endcall %}{% else %}{{ lines() }}{% endif -%}
"""

    text: str = parameter("Text", required=True, help="Shown as it is written.")

    def view(self, page: Page) -> Mapping[str, object]:
        """Return the text with its values."""
        filled = page.open(self.templates["text"])
        return {"text": filled.text, "secret": filled.opened}

    def plain(self, page: Page) -> str:
        """Return the text as it was written, with its values."""
        return page.open(self.templates["text"]).text
