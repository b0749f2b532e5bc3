"""One-time code: the field for a code from an authenticator or a message."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import re2

from engine.declare import parameter
from engine.errors import Problem
from forms.input import AnswerRefused, Input
from forms.page import Page

# Apps and messages show codes in groups; nothing else is dropped.
_SEPARATORS = re2.compile(r"[\s\x{00A0}\x{202F}-]+")


class OneTimeCode(Input):
    """Asks for a one-time code, which phones offer to fill in. What was typed is never shown again."""

    type: ClassVar[str] = "onetimecode"
    name: ClassVar[str] = "One-time code"
    group: ClassVar[str] = "Inputs"
    # WHATWG HTML, 4.10.18.7.1: one-time-code. No maxlength: a code may be pasted with spaces.
    html: ClassVar[str] = """
<div class="field{{ ' invalid' if error }}">
<label for="{{ element.anchor }}">{{ label }}</label>
{% if description %}
<p class="hint" id="{{ element.anchor }}-hint">{{ description }}</p>
{% endif %}
{% if error %}
<p class="error" id="{{ element.anchor }}-error"><span class="visually-hidden">Error: </span>{{ error }}</p>
{% endif %}
<input id="{{ element.anchor }}" name="{{ element.key }}" type="text" inputmode="numeric" autocomplete="one-time-code"
{%- if not readonly %} required{% endif %}
{%- if readonly %} readonly{% endif %}
{%- if element.disabled %} disabled{% endif %}
{%- if error %} aria-invalid="true"{% endif %}
{%- if described %} aria-describedby="{{ described }}"{% endif %}>
</div>"""

    digits: int = parameter("Digits", default=6, minimum=4, maximum=10, help="How many digits the code has.")

    def check(self) -> Iterator[Problem]:
        """Find what is wrong with this field: it is always empty at first."""
        yield from super().check()
        if self.default_value:
            yield Problem("form.invalid-property", "A one-time code has no Default Value.", "Remove it.")

    def answer(self, values: Sequence[str]) -> str:
        """Return the digits, without the spaces and hyphens that were typed between them.

        Raises:
            AnswerRefused: when it is not exactly so many ASCII digits.

        """
        code = str(_SEPARATORS.sub("", super().answer(values)))
        if len(code) != self.digits or not (code.isascii() and code.isdecimal()):
            raise AnswerRefused(f"Enter the {self.digits} digits of the code.")
        return code

    def view(self, page: Page) -> Mapping[str, object]:
        """Return what is shown; the field itself is always empty."""
        view = super().view(page)
        notes = {"hint": view["description"], "error": view["error"]}
        return {
            **view,
            "value": "",
            "described": " ".join(f"{self.anchor}-{name}" for name, text in notes.items() if text),
        }
