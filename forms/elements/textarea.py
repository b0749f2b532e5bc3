"""Text area: several lines of text."""

from typing import ClassVar

from forms.text_input import TextInput

MAXIMUM_LINES = 10_000
"""How many characters the lines may have together."""


class TextArea(TextInput):
    """Asks for a text of several lines."""

    type: ClassVar[str] = "textarea"
    name: ClassVar[str] = "Text area"
    icon: ClassVar[str] = "M3 5h18v14H3z M7 9h10 M7 13h6"
    lines: ClassVar[bool] = True
    longest: ClassVar[int] = MAXIMUM_LINES
    # HTML drops the first line break after the tag (WHATWG HTML, 13.1.2.5), so one is written before the text.
    html: ClassVar[str] = """
{%- from "parts" import field, state -%}
{% call field(place, view) -%}
<textarea id="{{ place.anchor }}" name="{{ place.name }}" rows="5"{{ state(view) }}>{{ "\n" }}{{ value }}</textarea>
{%- endcall %}
"""
