"""Numbers: decimals of 34 digits, rounded half to even (DMN 1.5, 10.3.2.3.1; IEEE 754-2008 decimal128).

A whole number of up to 34 digits is an `int`, any other a `Decimal`.
"""

from collections.abc import Callable
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from engine.feel.errors import FeelEvaluationError

Number = int | Decimal

DIGITS = 34
"""How many significant digits a number keeps."""

MAXIMUM_EXPONENT = 6144
"""The power of ten that a number stays below."""

CONTEXT = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=MAXIMUM_EXPONENT,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""The arithmetic of decimal128."""

_WHOLE = 10**DIGITS
_MAXIMUM_BITS = 20_410
"""An integer of more bits is beyond the largest exponent."""
_PLAIN = 40
"""How many digits a number may need to be written without an exponent."""


def number(value: object) -> Number | None:
    """Return a number as FEEL has it; a float stands for the decimal that it is written as. Infinity is none."""
    kind = type(value)
    if kind is int:
        return value  # type: ignore[return-value] # its kind was looked at
    if kind is float:
        value = Decimal(repr(value))
        return settled(value) if value.is_finite() else None
    if kind is Decimal and value.is_finite():  # type: ignore[attr-defined] # its kind was looked at
        return settled(value)  # type: ignore[arg-type] # its kind was looked at
    return None


def settled(value: Decimal) -> Number:
    """Return a whole number of up to 34 digits as `int`, any other number as it is."""
    if value.adjusted() < DIGITS and value == value.to_integral_value():
        return int(value)
    return value


def too_large() -> FeelEvaluationError:
    """Return the error of a number beyond the largest exponent."""
    return FeelEvaluationError(f"The expression makes a number of more than {MAXIMUM_EXPONENT} digits.")


def decimal(value: Number) -> Decimal:
    """Return `value` rounded to 34 digits.

    Raises:
        FeelEvaluationError: when it is too large.

    """
    if type(value) is int and value.bit_length() > _MAXIMUM_BITS:
        raise too_large()
    try:
        return CONTEXT.create_decimal(value)
    except Overflow as error:
        raise too_large() from error


def calculated(work: Callable[..., Decimal], *operands: Number) -> Number | None:
    """Return the result of an operation of `CONTEXT`; None where it has none.

    Raises:
        FeelEvaluationError: when it is too large.

    """
    try:
        result = work(*map(decimal, operands))
    except Overflow as error:
        raise too_large() from error
    except DecimalException:
        return None
    return settled(result) if result.is_finite() else None


def add(left: Number, right: Number) -> Number | None:
    """Return the sum."""
    if type(left) is int and type(right) is int and -_WHOLE < (total := left + right) < _WHOLE:
        return total
    return calculated(CONTEXT.add, left, right)


def subtract(left: Number, right: Number) -> Number | None:
    """Return the difference."""
    if type(left) is int and type(right) is int and -_WHOLE < (total := left - right) < _WHOLE:
        return total
    return calculated(CONTEXT.subtract, left, right)


def multiply(left: Number, right: Number) -> Number | None:
    """Return the product."""
    if type(left) is int and type(right) is int and -_WHOLE < left < _WHOLE and -_WHOLE < right < _WHOLE:
        total = left * right
        if -_WHOLE < total < _WHOLE:
            return total
    return calculated(CONTEXT.multiply, left, right)


def divide(left: Number, right: Number) -> Number | None:
    """Return the quotient; None when `right` is 0."""
    return calculated(CONTEXT.divide, left, right)


def power(left: Number, right: Number) -> Number | None:
    """Return `left` to the power of `right`; None where that is not a real number."""
    return calculated(CONTEXT.power, left, right)


def remainder(left: Number, right: Number) -> Number | None:
    """Return `left - right * floor(left / right)`, which has the sign of `right`; None when `right` is 0."""
    if right == 0:
        return None
    if type(left) is int and type(right) is int:
        return left % right
    rest = calculated(CONTEXT.remainder, left, right)
    if rest is not None and rest != 0 and (rest < 0) != (right < 0):
        return add(rest, right)
    return rest


def negated(value: Number) -> Number:
    """Return the number with the other sign, unrounded."""
    return -value if type(value) is int else value.copy_negate()  # type: ignore[union-attr] # its kind was looked at


def whole(value: object) -> int | None:
    """Return the integer part, towards zero, of a number that a place or a length can have."""
    known = number(value)
    if known is None or abs(known) >= _WHOLE:
        return None
    return int(known)


def written(value: Number) -> str:
    """Return the number as FEEL's `string` writes it, which reads back as the same number."""
    if type(value) is int and -_WHOLE < value < _WHOLE:
        return str(value)
    exact = decimal(value)
    if -_PLAIN < exact.adjusted() < _PLAIN:
        plain = format(exact, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return str(exact.normalize(CONTEXT))
