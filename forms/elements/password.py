"""Password: a text that nobody sees."""

from collections.abc import Iterator
from typing import ClassVar

from engine.declare import parameter
from engine.errors import Problem
from forms.text_input import TextInput


class Password(TextInput):
    """Asks for a password. It is never stored, logged or shown again: what needs it must follow at once."""

    type: ClassVar[str] = "password"
    name: ClassVar[str] = "Password"
    icon: ClassVar[str] = "M5 11h14v9H5z M8 11V8a4 4 0 0 1 8 0v3"
    html: ClassVar[str] = """
{%- from "parts" import field, state -%}
{% call field(place, view) -%}
<input id="{{ place.anchor }}" name="{{ place.name }}" type="password" \
autocomplete="{{ element.purpose }}"{{ state(view) }}>
{%- endcall %}
"""

    purpose: str = parameter(
        "Purpose",
        default="current-password",
        choices=("current-password", "new-password"),
        help="Lets password managers fill in the password of now, or offer a new one.",
    )
    sensitive: bool = parameter("Sensitive", default=True, section="Editor", help="Always.")

    def check(self) -> Iterator[Problem]:
        """Find what would show or keep a password."""
        yield from super().check()
        if not self.sensitive:
            yield Problem("form.invalid-property", "A password is always sensitive.", "Remove the property.")
        if self.default_value.parts:
            yield Problem("form.invalid-property", "A password has no Default value.", "Remove it.")
