"""Number: a number that is typed."""

from collections.abc import Iterator, Mapping
from decimal import Context, Decimal, InvalidOperation
from typing import ClassVar

import re2

from engine.declare import parameter
from engine.errors import Problem
from engine.variables import Kind
from forms import messages
from forms.adorned import Adorned
from forms.formulas import Amount
from forms.input import AnswerRefused, Input, Rules, Values, one_text
from forms.messages import Message, message
from forms.place import Place
from forms.template import Template, shown

MAXIMUM_LENGTH = 40
"""How many characters a number may have."""

MAXIMUM_WHOLE = 2**53
"""Up to where every whole number is kept exactly, unless it is kept as a text (IEEE 754, as in form-js)."""

_EXACT = Context(prec=500)

_NUMBER = re2.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")

# 1,5 is a number as many write it; 1,500 may mean a thousand and more, so it is none.
_COMMA = re2.compile(r"[+-]?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})")


class NumberRules(Rules):
    """What a number must be like."""

    min: Amount | None = parameter("Minimum", section="Validation", help="The smallest number that is taken.")
    max: Amount | None = parameter("Maximum", section="Validation", help="The largest number that is taken.")
    range_error_message: Template | None = parameter(
        "Message: range", section="Messages", help="Said when the number is too small or too large."
    )


class NumberField(Adorned):
    """Asks for a number."""

    type: ClassVar[str] = "number"
    name: ClassVar[str] = "Number"
    group: ClassVar[str] = "Inputs"
    icon: ClassVar[str] = "M5 9h14 M5 15h14 M10 4l-2 16 M16 4l-2 16"
    empty: ClassVar[None] = None
    answer: ClassVar[Kind] = "number"
    overridden: ClassVar[Mapping[str, str]] = {
        **Input.overridden,
        **dict.fromkeys((messages.MINIMUM, messages.MAXIMUM), "range_error_message"),
        **dict.fromkeys(
            (
                *(messages.NOT_A_NUMBER, messages.INTEGER, messages.DECIMAL_DIGITS, messages.ONE_DECIMAL_DIGIT),
                *(messages.INCREMENT, messages.MAXIMUM_LENGTH),
            ),
            "invalid_error_message",
        ),
    }
    # Not type="number": it changes on scrolling and hides what it cannot read.
    html: ClassVar[str] = """
{%- from "parts" import field, state -%}
{% call field(place, view) -%}
<input id="{{ place.anchor }}" name="{{ place.name }}" type="text" inputmode="{{ inputmode }}" value="{{ value }}"\
{{ state(view) }}>
{%- endcall %}
"""

    default_value: Amount | None = parameter("Default value", help="What the field holds at first.")
    decimal_digits: int | None = parameter(
        "Decimal digits", minimum=0, maximum=15, section="Validation", help="How many at most; empty takes any."
    )
    increment: Amount | None = parameter("Increment", section="Validation", help="The number must be a multiple of it.")
    serialize_to_string: bool = parameter(
        "Keep as text", default=False, help="Keep the number as a text, so that none of many digits is lost."
    )
    validate: NumberRules = parameter("Validation")

    def check(self) -> Iterator[Problem]:
        """Find rules that no number can meet."""
        yield from super().check()
        low, high = (each.value if each else None for each in (self.validate.min, self.validate.max))
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            yield Problem("form.invalid-property", f"Minimum {low} is more than Maximum {high}.", "Change one of them.")
        step = self.increment.value if self.increment else None
        if isinstance(step, int | float) and step <= 0:
            yield Problem("form.invalid-property", "Increment must be more than 0.", "Change it, or remove it.")

    def default(self, place: Place) -> object:
        """Return the number that the form's author wrote."""
        return self.initial(place, self.default_value.of(place.scope)) if self.default_value else None

    def initial(self, place: Place, known: object) -> object:  # noqa: ARG002 - the same everywhere
        """Return a known number, also when it is written in a text."""
        if isinstance(known, bool) or not isinstance(known, int | float | Decimal | str):
            return None
        number = _read(str(known))
        return None if number is None else self._kept(number)

    def take(self, place: Place, values: Values) -> object:  # noqa: ARG002 - the same everywhere
        """Return the number that was typed; raises `AnswerRefused`."""
        text = one_text(values, MAXIMUM_LENGTH).strip()
        if not text:
            return None
        number = _read(text.replace(",", ".") if _COMMA.fullmatch(text) else text)
        kept = None if number is None else self._kept(number)
        if kept is None:
            raise AnswerRefused(message(messages.NOT_A_NUMBER))
        return kept

    def verify(self, place: Place) -> Iterator[Message]:
        """Find every rule that the number does not meet."""
        yield from super().verify(place)
        if place.value is None:
            return
        number = Decimal(str(place.value))
        yield from self._shape(place, number)
        for rule, text, missing, sign in (
            (self.validate.min, messages.MINIMUM, messages.NO_MINIMUM, 1),
            (self.validate.max, messages.MAXIMUM, messages.NO_MAXIMUM, -1),
        ):
            if rule is None:
                continue
            bound = rule.of(place.scope)
            if bound is None:
                # As in form-js: a rule that cannot be worked out is not one that anything meets.
                yield message(missing)
            elif (number - Decimal(str(bound))) * sign < 0:
                yield message(text, number=shown(bound))

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what is shown."""
        typed = place.typed[0] if place.typed else shown(place.value)
        return {**super().view(place), "value": typed, "inputmode": "numeric" if self._whole else "decimal"}

    def written(self, place: Place) -> str:
        """Return the number as a person would write it."""
        return shown(place.value)

    @property
    def _whole(self) -> bool:
        """Whether it is a number without sign and decimals: the keypad of some phones has digits only."""
        low = self.validate.min.value if self.validate.min else None
        return self.decimal_digits == 0 and isinstance(low, int | float) and low >= 0

    def _kept(self, number: Decimal) -> str | float | None:
        """Return the number as the process keeps it; None when it would be too long a text."""
        if self.serialize_to_string:
            text = format(number, "f")
            return text if len(text) <= MAXIMUM_LENGTH else None
        whole = abs(number) <= MAXIMUM_WHOLE and number == number.to_integral_value()
        return int(number) if whole else float(number)

    def _shape(self, place: Place, number: Decimal) -> Iterator[Message]:
        exponent = number.normalize().as_tuple().exponent
        digits = max(-exponent, 0) if isinstance(exponent, int) else 0
        if self.decimal_digits is not None and digits > self.decimal_digits:
            if self.decimal_digits == 0:
                yield message(messages.INTEGER)
            elif self.decimal_digits == 1:
                yield message(messages.ONE_DECIMAL_DIGIT)
            else:
                yield message(messages.DECIMAL_DIGITS, digits=self.decimal_digits)
        step = self.increment.of(place.scope) if self.increment else None
        if step and step > 0 and (offset := _rest(number, Decimal(str(step)))):
            before = number - offset
            after = before + Decimal(str(step))
            yield message(messages.INCREMENT, previous=shown(before.normalize()), next=shown(after.normalize()))


def _read(text: str) -> Decimal | None:
    if len(text) > MAXIMUM_LENGTH or not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _rest(number: Decimal, step: Decimal) -> Decimal:
    """Return what is left of a number when it is divided by a step; 0 when the step is too small to tell."""
    try:
        return _EXACT.remainder(number, step)
    except InvalidOperation:
        return Decimal(0)
