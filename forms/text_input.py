"""What the elements that ask for a text share."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

import re2

from engine.declare import parameter
from engine.errors import Problem
from engine.variables import SensitiveText
from forms import messages
from forms.formulas import Amount
from forms.input import MAXIMUM_ANSWER, Input, Rules, Values, clean, one_text
from forms.messages import Message, message
from forms.place import Place
from forms.template import Template

MAXIMUM_EMAIL = 254
"""How long an e-mail address may be (RFC 5321, 4.5.3.1.3, without the angle brackets)."""

# WHATWG HTML, 4.10.5.1.5, "valid e-mail address".
_EMAIL = re2.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)

# ITU-T E.164: at most 15 digits, of which the first is that of a country code; people write 00 for + and group digits.
_PHONE = re2.compile(r"(?:\+|00)[1-9](?:[ ().-]?[0-9]){6,14}")


class TextRules(Rules):
    """What a text must be like."""

    min_length: Amount | None = parameter(
        "Minimum length", section="Validation", help="In characters, without white space at the ends."
    )
    max_length: Amount | None = parameter(
        "Maximum length", section="Validation", help="In characters, without white space at the ends."
    )
    length_error_message: Template | None = parameter(
        "Message: length", section="Messages", help="Said when the text is too short or too long."
    )


class PatternRules(TextRules):
    """What a text must be like that can be measured by a pattern."""

    validation_type: str = parameter(
        "Kind of text",
        default="custom",
        choices=("custom", "email", "phone"),
        section="Validation",
        help="An address is checked, and browsers offer to fill it in.",
    )
    pattern: str | None = parameter(
        "Pattern", section="Validation", help="RE2 syntax; found anywhere in the answer unless it has ^ and $."
    )
    pattern_error_message: Template | None = parameter(
        "Message: pattern", section="Messages", help="Said when the pattern is not found."
    )

    @cached_property
    def expression(self) -> Any:
        """The compiled pattern; one that matches everything when there is none."""
        options = re2.Options()
        options.log_errors = False
        return re2.compile(self.pattern or "", options)

    def check(self) -> Iterator[Problem]:
        """Find a pattern that cannot be used."""
        try:
            _ = self.expression
        except re2.error as error:
            remedy = "Correct it; look-around and back-references are not supported."
            yield Problem("form.invalid-pattern", f"The pattern is not RE2: {_reason(error)}.", remedy)


class TextInput(Input):
    """Asks for a text."""

    group: ClassVar[str] = "Inputs"
    lines: ClassVar[bool] = False
    """Whether it may have several lines."""
    longest: ClassVar[int] = MAXIMUM_ANSWER
    """How many characters an answer may have in any case."""
    overridden: ClassVar[Mapping[str, str]] = {
        **Input.overridden,
        messages.MINIMUM_LENGTH: "length_error_message",
        messages.MAXIMUM_LENGTH: "length_error_message",
        messages.EMAIL: "invalid_error_message",
        messages.PHONE: "invalid_error_message",
    }

    default_value: Template = parameter(
        "Default value", default="", help="What the field holds at first; never a secret."
    )
    sensitive: bool = parameter(
        "Sensitive",
        default=False,
        help="Never stored, logged or shown again; only the activities that follow in the same step can read it.",
    )
    validate: TextRules = parameter("Validation")

    def check(self) -> Iterator[Problem]:
        """Find rules that no answer can meet."""
        yield from super().check()
        for each in (self.validate.min_length, self.validate.max_length):
            if each is not None and isinstance(each.value, int | float) and not 0 <= each.value <= self.longest:
                message = f"A length is {each.value}; it must be a number from 0 to {self.longest}."
                yield Problem("form.invalid-property", message, "Change it.")
        low, high = (each.value if each else None for each in (self.validate.min_length, self.validate.max_length))
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            message = f"Minimum length {low} is more than Maximum length {high}."
            yield Problem("form.invalid-property", message, "Change one of them.")

    def default(self, place: Place) -> str:
        """Return the text that the form's author wrote."""
        filled = self.default_value.fill(place.scope)
        return "" if filled.masked or self.sensitive else clean(filled.text, lines=self.lines)

    def initial(self, place: Place, known: object) -> str:  # noqa: ARG002 - the same everywhere
        """Return a known text; numbers are written out, lines become one where there is one only."""
        if self.sensitive or known is None or isinstance(known, dict | list):
            return ""
        text = ("true" if known else "false") if isinstance(known, bool) else str(known)
        return clean(text if self.lines else " ".join(text.splitlines()), lines=self.lines)

    def take(self, place: Place, values: Values) -> str:  # noqa: ARG002 - the same everywhere
        """Return the text as it was typed; raises `AnswerRefused`."""
        return one_text(values, self.longest, lines=self.lines)

    def verify(self, place: Place) -> Iterator[Message]:
        """Find every rule that the text does not meet; an empty one is only asked whether it is required."""
        yield from super().verify(place)
        text = place.value.strip()
        if not text:
            return
        low = self.validate.min_length.of(place.scope) if self.validate.min_length else None
        high = self.validate.max_length.of(place.scope) if self.validate.max_length else None
        if low is not None and len(text) < low:
            yield message(messages.MINIMUM_LENGTH, length=low)
        if high is not None and len(text) > high:
            yield message(messages.MAXIMUM_LENGTH, length=high)

    def is_missing(self, value: object) -> bool:
        """Tell whether there is no text; white space is none."""
        return not (isinstance(value, str) and value.strip())

    def kept(self, place: Place) -> object:
        """Return the text as the process keeps it; a sensitive one is only lent."""
        return SensitiveText(place.value) if self.sensitive else place.value

    def seen(self, place: Place) -> object:
        """Return the text as expressions see it: of a sensitive one only whether there is any."""
        return SensitiveText(place.value) if self.sensitive and place.value else place.value

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what the field shows; a sensitive one is always empty at first."""
        typed = clean(place.typed[0], lines=self.lines) if place.typed else place.value
        return {**super().view(place), "value": "" if self.sensitive else typed}

    def written(self, place: Place) -> str:
        """Return the text, unless it is sensitive."""
        return "" if self.sensitive else str(place.value)


def is_email(text: str) -> bool:
    """Tell whether a text is one mail address, as browsers see it."""
    return len(text) <= MAXIMUM_EMAIL and _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Tell whether a text is an international phone number."""
    return _PHONE.fullmatch(text) is not None


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
