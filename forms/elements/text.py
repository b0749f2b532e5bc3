"""Text: titles and texts in Markdown (CommonMark 0.31)."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from engine.declare import parameter
from engine.errors import Problem
from forms.element import Element
from forms.markdown import MarkdownText
from forms.place import Place


class Text(Element):
    """A title or a text, in Markdown. A secret in it is hidden until the end user asks for it."""

    type: ClassVar[str] = "text"
    name: ClassVar[str] = "Text"
    group: ClassVar[str] = "Text"
    icon: ClassVar[str] = "M5 6h14 M12 6v13"
    opens: ClassVar[tuple[str, ...]] = ("text",)
    # Editors give their text view a label and, long ago, a condition of another kind.
    passed_over: ClassVar[frozenset[str]] = frozenset({"label", "condition"})
    create: ClassVar[Mapping[str, object]] = {"text": "# Text"}
    html: ClassVar[str] = """
{%- from "parts" import hidden -%}
{%- if secret %}{% call hidden(place, messages.SHOW_TEXT, messages.HIDE_TEXT) %}{{ text }}{% endcall %}
{%- else %}{{ text }}{% endif -%}
"""

    text: MarkdownText = parameter(
        "Text", required=True, help="Markdown; `# ` at the start of a line makes it a title."
    )

    def check(self) -> Iterator[Problem]:
        """Find links that lead nowhere good, and images."""
        yield from super().check()
        yield from self.text.problems()

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the text with its values."""
        filled = self.text.html(place.scope, place.page.reveal)
        return {"text": filled.html, "secret": filled.opened}

    def plain(self, place: Place) -> str:
        """Return the text as it was written, with its values."""
        return place.open(self.text).text
