"""Sums and statistics of numbers (DMN 1.5, 10.3.4.4). Of nothing, null."""

from engine.feel.budget import Run
from engine.feel.builtins.declare import Library
from engine.feel.values import numbers
from engine.feel.values.comparison import less
from engine.feel.values.durations import DaysTime, YearsMonths
from engine.feel.values.numbers import Number, number

LIBRARY = Library()


def _numbers(run: Run, items: list[object]) -> list[Number]:
    """Return the items when all are numbers; otherwise nothing."""
    run.tick(len(items))
    known = [value for value in map(number, items) if value is not None]
    if len(known) == len(items):
        return known
    run.null("not all items are numbers")
    return []


def _sum(values: list[Number]) -> Number | None:
    total: Number | None = 0
    for value in values:
        total = None if total is None else numbers.add(total, value)
    return total


@LIBRARY.function("sum", "list+: any")
def sum_of(run: Run, items: list[object]) -> object:
    """Return the sum of numbers, or of durations of one kind (DMN 1.5, table 70)."""
    if items and all(type(item) is YearsMonths for item in items):
        return YearsMonths(sum(item.months for item in items if isinstance(item, YearsMonths)))
    if items and all(type(item) is DaysTime for item in items):
        return DaysTime(sum(item.nanoseconds for item in items if isinstance(item, DaysTime)))
    values = _numbers(run, items)
    return _sum(values) if values else None


@LIBRARY.function("product", "list+: any")
def product(run: Run, items: list[object]) -> object:
    """Return the product (DMN 1.5, table 70)."""
    values = _numbers(run, items)
    result: Number | None = 1 if values else None
    for value in values:
        result = None if result is None else numbers.multiply(result, value)
    return result


@LIBRARY.function("mean", "list+: any")
def mean(run: Run, items: list[object]) -> object:
    """Return the average (DMN 1.5, table 70)."""
    values = _numbers(run, items)
    total = _sum(values) if values else None
    return None if total is None else numbers.divide(total, len(values))


@LIBRARY.function("median", "list+: any")
def median(run: Run, items: list[object]) -> object:
    """Return the middle of the ordered numbers, or the average of the two in the middle (DMN 1.5, table 70)."""
    values = sorted(_numbers(run, items))
    if not values:
        return None
    middle = len(values) // 2
    if len(values) % 2:
        return values[middle]
    total = numbers.add(values[middle - 1], values[middle])
    return None if total is None else numbers.divide(total, 2)


@LIBRARY.function("stddev", "list+: any")
def stddev(run: Run, items: list[object]) -> object:
    """Return the standard deviation of a sample of two numbers or more (DMN 1.5, table 70)."""
    values = _numbers(run, items)
    if len(values) < 2:  # noqa: PLR2004 - one number does not deviate
        return run.null("there are fewer than two numbers")
    total = _sum(values)
    average = None if total is None else numbers.divide(total, len(values))
    if average is None:
        return None
    squares: list[Number] = []
    for value in values:
        difference = numbers.subtract(value, average)
        square = None if difference is None else numbers.multiply(difference, difference)
        if square is None:
            return None
        squares.append(square)
    total = _sum(squares)
    variance = None if total is None else numbers.divide(total, len(values) - 1)
    return None if variance is None else numbers.calculated(numbers.CONTEXT.sqrt, variance)


@LIBRARY.function("mode", "list+: any")
def mode(run: Run, items: list[object]) -> object:
    """Return the most frequent numbers in their order; of no numbers, none (DMN 1.5, table 70)."""
    if not items:
        return []
    values = sorted(_numbers(run, items))
    if not values:
        return None
    counts: list[tuple[Number, int]] = []
    for value in values:
        if counts and less(run, counts[-1][0], value) is False:
            counts[-1] = (value, counts[-1][1] + 1)
        else:
            counts.append((value, 1))
    most = max(count for _, count in counts)
    return [value for value, count in counts if count == most]
