"""Numbers (DMN 1.5, 10.3.4.5)."""

import decimal as python
from decimal import Decimal

from engine.feel.budget import Run
from engine.feel.builtins.declare import Library
from engine.feel.values import numbers
from engine.feel.values.durations import DaysTime, Duration, YearsMonths
from engine.feel.values.numbers import Number

LIBRARY = Library()

_SMALLEST_SCALE, _LARGEST_SCALE = -6111, 6176
"""How many digits after the point a rounding can keep (DMN 1.5, table 71)."""


def _rounded(run: Run, value: Number, scale: Number, rounding: str) -> object:
    if type(scale) is not int:
        scale = int(scale)
    if not _SMALLEST_SCALE <= scale <= _LARGEST_SCALE:
        return run.null("a number has {} to {} digits after the point", _SMALLEST_SCALE, _LARGEST_SCALE)
    exact = numbers.decimal(value)
    if -int(exact.as_tuple().exponent) <= scale:
        return value
    # With as many digits as it takes, so that a long number is not refused.
    wide = python.Context(prec=2 * (numbers.MAXIMUM_EXPONENT + numbers.DIGITS), Emin=-20_000, Emax=20_000)
    return numbers.settled(
        numbers.decimal(exact.quantize(Decimal(1).scaleb(-scale, wide), rounding, wide)) + Decimal(0)
    )


@LIBRARY.function("decimal", "n: number, scale: number")
def decimal(run: Run, value: Number, scale: Number) -> object:
    """Return the number with so many digits after the point, rounded half to even (DMN 1.5, table 71)."""
    return _rounded(run, value, scale, python.ROUND_HALF_EVEN)


@LIBRARY.function("floor", "n: number, scale?: number")
def floor(run: Run, value: Number, scale: Number = 0) -> object:
    """Return the next number downwards (DMN 1.5, table 71)."""
    return _rounded(run, value, scale, python.ROUND_FLOOR)


@LIBRARY.function("ceiling", "n: number, scale?: number")
def ceiling(run: Run, value: Number, scale: Number = 0) -> object:
    """Return the next number upwards (DMN 1.5, table 71)."""
    return _rounded(run, value, scale, python.ROUND_CEILING)


@LIBRARY.function("round up", "n: number, scale?: number")
def round_up(run: Run, value: Number, scale: Number = 0) -> object:
    """Return the number rounded away from 0 (DMN 1.5, table 71)."""
    return _rounded(run, value, scale, python.ROUND_UP)


@LIBRARY.function("round down", "n: number, scale?: number")
def round_down(run: Run, value: Number, scale: Number = 0) -> object:
    """Return the number rounded towards 0 (DMN 1.5, table 71)."""
    return _rounded(run, value, scale, python.ROUND_DOWN)


@LIBRARY.function("round half up", "n: number, scale?: number")
def round_half_up(run: Run, value: Number, scale: Number = 0) -> object:
    """Return the number rounded, halves away from 0 (DMN 1.5, table 71)."""
    return _rounded(run, value, scale, python.ROUND_HALF_UP)


@LIBRARY.function("round half down", "n: number, scale?: number")
def round_half_down(run: Run, value: Number, scale: Number = 0) -> object:
    """Return the number rounded, halves towards 0 (DMN 1.5, table 71)."""
    return _rounded(run, value, scale, python.ROUND_HALF_DOWN)


@LIBRARY.function("abs", "n: number")
def absolute(_run: Run, value: Number) -> object:
    """Return the number without its sign (DMN 1.5, table 71)."""
    return numbers.negated(value) if value < 0 else value


@LIBRARY.function("abs", "n: duration")
def absolute_duration(_run: Run, value: Duration) -> object:
    """Return the duration without its sign (DMN 1.5, table 71)."""
    return YearsMonths(abs(value.months)) if isinstance(value, YearsMonths) else DaysTime(abs(value.nanoseconds))


@LIBRARY.function("modulo", "dividend: number, divisor: number")
def modulo(run: Run, dividend: Number, divisor: Number) -> object:
    """Return the rest of a division, with the sign of the divisor (DMN 1.5, table 71)."""
    rest = numbers.remainder(dividend, divisor)
    return run.null("the numbers cannot be divided") if rest is None else rest


@LIBRARY.function("sqrt", "number: number")
def sqrt(run: Run, value: Number) -> object:
    """Return the square root (DMN 1.5, table 71)."""
    root = numbers.calculated(numbers.CONTEXT.sqrt, value)
    return run.null("a negative number has no square root") if root is None else root


@LIBRARY.function("log", "number: number")
def log(run: Run, value: Number) -> object:
    """Return the natural logarithm (DMN 1.5, table 71)."""
    result = numbers.calculated(numbers.CONTEXT.ln, value) if value > 0 else None
    return run.null("only a positive number has a logarithm") if result is None else result


@LIBRARY.function("exp", "number: number")
def exp(_run: Run, value: Number) -> object:
    """Return e to the power of the number (DMN 1.5, table 71)."""
    return numbers.calculated(numbers.CONTEXT.exp, value)


@LIBRARY.function("odd", "number: number")
def odd(_run: Run, value: Number) -> object:
    """Return whether the number is whole and odd (DMN 1.5, table 71)."""
    return numbers.remainder(value, 2) == 1


@LIBRARY.function("even", "number: number")
def even(_run: Run, value: Number) -> object:
    """Return whether the number is whole and even (DMN 1.5, table 71)."""
    return numbers.remainder(value, 2) == 0


@LIBRARY.function("random number", changing=True)
def random_number(run: Run) -> object:
    """Return a number from 0 to 1, 1 excluded (Camunda)."""
    return numbers.number(run.settings.random())
