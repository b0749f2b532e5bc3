"""Text field: one line of text."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import re2

from engine.declare import Declared, parameter
from engine.errors import Problem
from forms import properties
from forms.input import MAXIMUM_ANSWER, AnswerRefused, Input
from forms.page import Page

MAXIMUM_EMAIL = 254
"""How long an e-mail address may be (RFC 5321, 4.5.3.1.3, without the angle brackets)."""

# WHATWG HTML, 4.10.5.1.5, "valid e-mail address".
_EMAIL = re2.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)


class Validation(Declared):
    """What an answer must be like: form-js's `validate`."""

    required: bool = parameter("Required", default=False)
    min_length: int = parameter("Minimum Length", default=0, minimum=0, maximum=MAXIMUM_ANSWER)
    max_length: int = parameter("Maximum Length", default=MAXIMUM_ANSWER, minimum=1, maximum=MAXIMUM_ANSWER)
    pattern: str | None = parameter("Pattern", help="RE2 syntax; found anywhere in the answer unless it has ^ and $.")
    pattern_error_message: str = parameter("Pattern Error Message", default="Enter this in the form that is asked for.")
    validation_type: str = parameter("Validation Type", default="custom", choices=("custom", "email"))

    def check(self) -> Iterator[Problem]:
        """Find rules that no answer can meet."""
        if self.min_length > self.max_length:
            message = f"Minimum Length {self.min_length} is more than Maximum Length {self.max_length}."
            yield Problem("form.invalid-property", message, "Change one of them.")
        try:
            _ = self.expression
        except re2.error as error:
            remedy = "Correct it; look-around and back-references are not supported."
            yield Problem("form.invalid-pattern", f"The pattern is not RE2: {_reason(error)}.", remedy)

    @cached_property
    def expression(self) -> Any:
        """The compiled pattern; one that matches everything when there is none."""
        options = re2.Options()
        options.log_errors = False
        return re2.compile(self.pattern or "", options)

    def verify(self, answer: str) -> None:
        """Check one answer. As in form-js, an empty answer is only asked whether it is required.

        Lengths are counted in characters, without white space at the ends.

        Raises:
            AnswerRefused: for the first rule that it does not meet.

        """
        if not answer.strip():
            if self.required:
                raise AnswerRefused("Enter a value.")
            return
        if len(answer.strip()) < self.min_length:
            raise AnswerRefused(f"Enter at least {self.min_length} characters.")
        if len(answer.strip()) > self.max_length:
            raise AnswerRefused(f"Enter at most {self.max_length} characters.")
        if self.validation_type == "email" and (len(answer) > MAXIMUM_EMAIL or not _EMAIL.fullmatch(answer)):
            raise AnswerRefused("Enter an e-mail address, like name@example.com.")
        if not self.expression.search(answer):
            raise AnswerRefused(self.pattern_error_message)


class TextField(Input):
    """Asks for one line of text."""

    type: ClassVar[str] = "textfield"
    name: ClassVar[str] = "Text field"
    group: ClassVar[str] = "Inputs"
    # No maxlength: browsers cut a pasted text without a word.
    html: ClassVar[str] = """
<div class="field{{ ' invalid' if error }}">
<label for="{{ element.anchor }}">{{ label }}
{%- if optional %} <span class="optional">(optional)</span>{% endif %}</label>
{% if description %}
<p class="hint" id="{{ element.anchor }}-hint">{{ description }}</p>
{% endif %}
{% if error %}
<p class="error" id="{{ element.anchor }}-error"><span class="visually-hidden">Error: </span>{{ error }}</p>
{% endif %}
<input id="{{ element.anchor }}" name="{{ element.key }}" type="{{ 'email' if email else 'text' }}" value="{{ value }}"
{%- if email %} autocomplete="email"{% endif %}
{%- if required %} required{% endif %}
{%- if readonly %} readonly{% endif %}
{%- if element.disabled %} disabled{% endif %}
{%- if error %} aria-invalid="true"{% endif %}
{%- if described %} aria-describedby="{{ described }}"{% endif %}>
</div>"""

    validate: dict[str, object] | None = parameter("Validation", help="What the answer must be like.")

    @cached_property
    def rules(self) -> Validation:
        """What the answer must be like."""
        return Validation.read(self.validate or {})

    def check(self) -> Iterator[Problem]:
        """Find what is wrong with this field and its rules."""
        yield from super().check()
        rules, problems = properties.read(Validation, self.validate or {})
        yield from problems
        if rules is not None:
            yield from rules.check()

    def answer(self, values: Sequence[str]) -> str:
        """Return the answer as typed; an e-mail address without white space around it.

        Raises:
            AnswerRefused: when it cannot be taken.

        """
        answer = super().answer(values)
        if self.rules.validation_type == "email":
            answer = answer.strip()
        self.rules.verify(answer)
        return answer

    def view(self, page: Page) -> Mapping[str, object]:
        """Return what is shown."""
        view = super().view(page)
        notes = [
            f"{self.anchor}-{part}" for part in ("hint", "error") if view["description" if part == "hint" else part]
        ]
        asks = self.asks and not page.readonly
        return {
            **view,
            "required": asks and self.rules.required,
            "optional": asks and not self.rules.required,
            "email": self.rules.validation_type == "email",
            "described": " ".join(notes),
        }


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
