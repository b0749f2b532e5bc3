"""One-time code: the field for a code from an authenticator or a message."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import re2

from engine.declare import parameter
from engine.errors import Problem
from forms import messages
from forms.input import AnswerRefused, Values
from forms.messages import message
from forms.place import Place
from forms.text_input import TextInput

# Apps and messages show codes in groups; nothing else is dropped.
_SEPARATORS = re2.compile(r"[\s\x{00A0}\x{202F}-]+")


class OneTimeCode(TextInput):
    """Asks for a one-time code, which phones offer to fill in. What was typed is never shown again."""

    type: ClassVar[str] = "onetimecode"
    name: ClassVar[str] = "One-time code"
    icon: ClassVar[str] = "M3 8h18v8H3z M7 12h.01 M12 12h.01 M17 12h.01"
    overridden: ClassVar[Mapping[str, str]] = {**TextInput.overridden, messages.CODE: "invalid_error_message"}
    # WHATWG HTML, 4.10.18.7.1: one-time-code. No maxlength: a code may be pasted with spaces.
    html: ClassVar[str] = """
{%- from "parts" import field, state -%}
{% call field(place, view) -%}
<input id="{{ place.anchor }}" name="{{ place.name }}" type="text" inputmode="numeric" autocomplete="one-time-code" \
dir="ltr"{{ state(view) }}>
{%- endcall %}
"""

    digits: int = parameter("Digits", default=6, minimum=4, maximum=10, help="How many digits the code has.")

    def check(self) -> Iterator[Problem]:
        """Find what is wrong with this field: it is always empty at first."""
        yield from super().check()
        if self.default_value.parts:
            yield Problem("form.invalid-property", "A one-time code has no Default value.", "Remove it.")

    def default(self, place: Place) -> str:  # noqa: ARG002 - always the same
        """Return nothing."""
        return ""

    def initial(self, place: Place, known: object) -> str:  # noqa: ARG002 - always the same
        """Return nothing: a code is used once."""
        return ""

    def take(self, place: Place, values: Values) -> str:
        """Return the digits, without the spaces and hyphens that were typed between them.

        Raises:
            AnswerRefused: when it is not exactly so many ASCII digits.

        """
        code = str(_SEPARATORS.sub("", super().take(place, values)))
        if len(code) != self.digits or not (code.isascii() and code.isdecimal()):
            raise AnswerRefused(message(messages.CODE, digits=self.digits))
        return code

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what is shown: a code is needed unless the form says otherwise, and never shown again."""
        missing = self.words(place, message(messages.CODE, digits=self.digits))
        return {**super().view(place), "value": "", "required": self.asks(place), "missing": missing, "optional": ""}
