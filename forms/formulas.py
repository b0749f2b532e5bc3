"""Properties that FEEL may work out: `true` or `=processvar.locked`, `3` or `=count(orders)`."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from engine import feel
from engine.declare import ParameterInvalid
from forms.template import TemplateInvalid, evaluated


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression: `=language = "german"`."""

    kind: ClassVar[str] = "feel"
    """How the form builder asks for it."""

    expression: feel.Expression

    @classmethod
    def convert(cls, value: object) -> Self:
        """Return the formula that is written as `value`, with or without `=` before it.

        Raises:
            TemplateInvalid: when it is no expression.
            ParameterInvalid: when it is no text.

        """
        if not isinstance(value, str):
            raise ParameterInvalid("this is not an expression.")
        return cls(compiled(value.removeprefix("=")))

    @property
    def names(self) -> frozenset[str]:
        """The variables that it may read."""
        return self.expression.names

    def of(self, scope: Mapping[str, object]) -> object:
        """Return the value; null when it cannot be worked out."""
        return evaluated(self.expression, scope, decides=True)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false, or an expression for it."""

    kind: ClassVar[str] = "flag-or-feel"

    value: bool | feel.Expression

    @classmethod
    def convert(cls, value: object) -> Self:
        """Return the flag that is written as `value`; raises as `Formula.convert`."""
        if isinstance(value, bool):
            return cls(value)
        if isinstance(value, str) and value.startswith("="):
            return cls(compiled(value[1:]))
        raise ParameterInvalid("this is neither true nor false nor an expression that starts with =.")

    @property
    def names(self) -> frozenset[str]:
        """The variables that it may read."""
        return frozenset() if isinstance(self.value, bool) else self.value.names

    def of(self, scope: Mapping[str, object]) -> bool:
        """Return whether it is true; what is not true or cannot be worked out is not."""
        return self.value if isinstance(self.value, bool) else evaluated(self.value, scope, decides=True) is True


Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or an expression for it."""

    kind: ClassVar[str] = "number-or-feel"

    value: Number | feel.Expression

    @classmethod
    def convert(cls, value: object) -> Self:
        """Return the amount that is written as `value`; raises as `Formula.convert`."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return cls(value)
        if isinstance(value, str) and value.startswith("="):
            return cls(compiled(value[1:]))
        raise ParameterInvalid("this is neither a number nor an expression that starts with =.")

    @property
    def names(self) -> frozenset[str]:
        """The variables that it may read."""
        return self.value.names if isinstance(self.value, feel.Expression) else frozenset()

    def of(self, scope: Mapping[str, object]) -> Number | None:
        """Return the number; None when there is none."""
        value = evaluated(self.value, scope, decides=True) if isinstance(self.value, feel.Expression) else self.value
        return value if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def compiled(text: str) -> feel.Expression:
    """Return the expression that `text` writes; raises `TemplateInvalid`."""
    try:
        expression = feel.compile(text)
    except feel.FeelSyntaxError as error:
        raise TemplateInvalid(f"At character {error.column}: {error.message}.", error.column) from error
    if expression.unsure:
        raise TemplateInvalid(f"An operator is missing in {min(expression.unsure)!r}.", 1)
    return expression
