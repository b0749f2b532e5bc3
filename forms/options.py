"""The options that a choice offers: written in the form, held by a variable, or worked out by an expression."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import orjson

from engine import feel
from engine.declare import Declared, ParameterInvalid, parameter
from engine.errors import Problem
from forms.element import Element
from forms.formulas import Formula
from forms.input import is_secret
from forms.place import Place
from forms.template import Template

MAXIMUM_OPTIONS = 1_000
"""How many options a field offers; those after them are not shown and not taken."""


@dataclass(frozen=True, slots=True)
class JsonValue:
    """Any JSON value, as it is written in a form."""

    kind: ClassVar[str] = "string"

    value: Any

    @classmethod
    def convert(cls, value: object) -> Self:
        """Return the value.

        Raises:
            ParameterInvalid: when a text in it has characters that no text has.

        """
        try:
            orjson.dumps(value)
        except TypeError as error:
            raise ParameterInvalid("this has a text that cannot be shown.") from error
        return cls(value)


class WrittenOption(Declared):
    """One option, as it is written in a form."""

    label: Template | None = parameter("Label", help="What is shown; empty shows the value.")
    value: JsonValue = parameter("Value", required=True, help="What is kept.")


@dataclass(frozen=True, slots=True)
class Option:
    """One option that is offered."""

    label: str
    value: Any

    @property
    def written(self) -> str:
        """What a browser posts for it."""
        return self.value if isinstance(self.value, str) else orjson.dumps(self.value).decode()


class Offering(Element):
    """What every element that offers options declares; mixed into the class of an input."""

    create: ClassVar[Mapping[str, object]] = {"values": [{"label": "Value", "value": "value"}]}

    values: tuple[WrittenOption, ...] = parameter("Options", section="Options", default=(), help="What can be chosen.")
    values_key: str | None = parameter(
        "Options from a variable",
        section="Options",
        help="The variable that holds a list of texts, or of label and value.",
    )
    values_expression: Formula | None = parameter(
        "Options from an expression", section="Options", help="A list of texts, or of label and value."
    )

    def check(self) -> Iterator[Problem]:
        """Find what prevents a choice."""
        yield from super().check()
        sources = [bool(self.values), self.values_key is not None, self.values_expression is not None]
        if sum(sources) > 1:
            message = "Options are given in more than one way."
            yield Problem("form.several-options", message, "Keep the list, the variable or the expression.")
        elif not any(sources):
            yield Problem("form.missing-property", "Properties Missing: Options.", "Fill in Options.")
        written = [Option("", each.value.value).written for each in self.values]
        twice = next((each for each in written if written.count(each) > 1), None)
        if twice is not None:
            message = f"Two options have the value {twice[:50]!r}."
            yield Problem("form.repeated-option", message, "Give each a value of its own.")

    def offered(self, place: Place) -> list[Option]:
        """Return the options as they are at this moment."""
        if self.values:
            return [self._written(place, each) for each in self.values]
        if self.values_expression is not None:
            found = self.values_expression.of(place.scope)
        else:
            found = place.scope.get(self.values_key or "")
        if not isinstance(found, list):
            return []
        return [option for each in found[:MAXIMUM_OPTIONS] if (option := _option(each)) is not None]

    def choose(self, place: Place, written: str) -> Option | None:
        """Return the option that a browser means."""
        return next((each for each in self.offered(place) if each.written == written), None)

    def _written(self, place: Place, option: WrittenOption) -> Option:
        value = option.value.value
        return Option(place.text(option.label) or _label(value), value)


def _option(found: object) -> Option | None:
    """Return the option that a value of a list stands for, as form-js reads it; None when it stands for none."""
    value, label = (found.get("value"), found.get("label")) if isinstance(found, dict) else (found, None)
    if value is None or isinstance(value, dict | list) or is_secret(value):
        return None
    try:
        plain = feel.to_json(value)
    except feel.FeelEvaluationError:
        return None
    return Option(label if isinstance(label, str) and label else _label(plain), plain)


def _label(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
