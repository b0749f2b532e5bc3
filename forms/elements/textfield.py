"""Text field: one line of text."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from engine.declare import parameter
from engine.errors import Problem
from forms import messages
from forms.adorned import Adorned
from forms.input import Values
from forms.messages import Message, message
from forms.place import Place
from forms.text_input import PatternRules, TextInput, is_email, is_phone

_INPUT_TYPES = {"email": ("email", "email"), "phone": ("tel", "tel"), "custom": ("text", "")}
"""The type of the control and what browsers fill in (WHATWG HTML, 4.10.18.7), by the kind of text."""


class TextField(Adorned, TextInput):
    """Asks for one line of text."""

    type: ClassVar[str] = "textfield"
    name: ClassVar[str] = "Text field"
    icon: ClassVar[str] = "M3 7h18v10H3z M7 10v4"
    overridden: ClassVar[Mapping[str, str]] = {
        **TextInput.overridden,
        messages.PATTERN: "pattern_error_message",
    }
    # No maxlength: browsers cut a pasted text without a word.
    html: ClassVar[str] = """
{%- from "parts" import field, state -%}
{% call field(place, view) -%}
<input id="{{ place.anchor }}" name="{{ place.name }}" type="{{ type }}" value="{{ value }}"
{%- if autocomplete %} autocomplete="{{ autocomplete }}"{% endif %}{{ state(view) }}>
{%- endcall %}
"""

    validate: PatternRules = parameter("Validation")

    def check(self) -> Iterator[Problem]:
        """Find what is wrong with this field and its rules."""
        yield from super().check()
        yield from self.validate.check()

    def take(self, place: Place, values: Values) -> str:
        """Return the text as it was typed; an address without white space around it."""
        text = super().take(place, values)
        return text if self.validate.validation_type == "custom" else text.strip()

    def verify(self, place: Place) -> Iterator[Message]:
        """Find every rule that the text does not meet."""
        rules, text = self.validate, place.value
        if text and not rules.expression.search(text):
            yield message(messages.PATTERN, pattern=rules.pattern)
        yield from super().verify(place)
        if rules.validation_type == "email" and text and not is_email(text):
            yield message(messages.EMAIL)
        if rules.validation_type == "phone" and text and not is_phone(text):
            yield message(messages.PHONE)

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what is shown."""
        kind, autocomplete = _INPUT_TYPES[self.validate.validation_type]
        return {**super().view(place), "type": kind, "autocomplete": "off" if self.sensitive else autocomplete}
