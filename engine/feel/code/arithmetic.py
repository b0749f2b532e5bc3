"""Arithmetic of numbers, texts, dates, times and durations (DMN 1.5, 10.3.2.11, tables 56 to 60)."""

from collections.abc import Callable

from engine.feel.budget import MAXIMUM_TEXT, Run, too_long_text
from engine.feel.code.compiler import Code, Compiler, Frame, Handler, Scope
from engine.feel.syntax.nodes import Arithmetic, Minus, Node
from engine.feel.values import numbers
from engine.feel.values.dates import from_ordinal, ordinal, plus_months
from engine.feel.values.durations import DAY, DaysTime, YearsMonths
from engine.feel.values.kinds import is_date, kind_of
from engine.feel.values.numbers import Number
from engine.feel.values.times import DateTime, Time

_Binary = Callable[[Run, object, object], object]


def _arithmetic(compiler: Compiler, node: Arithmetic, scope: Scope | None) -> Code:
    first = compiler.compile(node.first, scope)
    rest = [(_OPERATORS[operator], compiler.compile(operand, scope)) for operator, operand in node.rest]
    if len(rest) == 1:
        work, second = rest[0]
        return lambda frame: work(frame.run, first(frame), second(frame))

    def chain(frame: Frame) -> object:
        value = first(frame)
        for work, operand in rest:
            value = work(frame.run, value, operand(frame))
        return value

    return chain


def _minus(compiler: Compiler, node: Minus, scope: Scope | None) -> Code:
    operand = compiler.compile(node.operand, scope)

    def minus(frame: Frame) -> object:
        value = operand(frame)
        known = numbers.number(value)
        if known is not None:
            return numbers.negated(known)
        match value:
            case YearsMonths():
                return YearsMonths(-value.months)
            case DaysTime():
                return DaysTime(-value.nanoseconds)
        return frame.run.null("a {} has no negative", kind_of(value))

    return minus


def add(run: Run, left: object, right: object) -> object:
    """Return the sum of numbers or durations, joined texts, or a date so much later."""
    if type(left) is int and type(right) is int:
        return numbers.add(left, right)
    if type(left) is str and type(right) is str:
        if len(left) + len(right) > MAXIMUM_TEXT:
            raise too_long_text()
        run.tick(1 + ((len(left) + len(right)) >> 8))
        return left + right
    match left, right:
        case YearsMonths(), YearsMonths():
            return YearsMonths(left.months + right.months)
        case DaysTime(), DaysTime():
            return _bounded(run, left.nanoseconds + right.nanoseconds)
        case YearsMonths() | DaysTime(), _:
            return _later(run, right, left)
        case _, YearsMonths() | DaysTime():
            return _later(run, left, right)
    return _calculated(run, numbers.add, left, right, "added")


def subtract(run: Run, left: object, right: object) -> object:
    """Return the difference of numbers, durations or two moments, or a date so much earlier."""
    if type(left) is int and type(right) is int:
        return numbers.subtract(left, right)
    match left, right:
        case YearsMonths(), YearsMonths():
            return YearsMonths(left.months - right.months)
        case DaysTime(), DaysTime():
            return _bounded(run, left.nanoseconds - right.nanoseconds)
        case _, YearsMonths(months):
            return _later(run, left, YearsMonths(-months))
        case _, DaysTime(nanoseconds):
            return _later(run, left, DaysTime(-nanoseconds))
        case Time(), Time():
            if left.is_local != right.is_local:
                return run.null("a time with an offset and one without have no difference")
            return DaysTime(left.instant - right.instant)
    first, second = _moment(left), _moment(right)
    if first is None or second is None:
        return _calculated(run, numbers.subtract, left, right, "subtracted")
    if (is_date(left) and is_date(right)) or first[0] == second[0]:
        return DaysTime(first[1] - second[1])
    return run.null("a moment with an offset and one without have no difference")


def _moment(value: object) -> tuple[bool, int] | None:
    """Return whether it is local, and its nanoseconds; a date is midnight UTC."""
    if is_date(value):
        return False, ordinal(value) * DAY
    return (value.time.is_local, value.instant) if type(value) is DateTime else None


def _later(run: Run, value: object, duration: YearsMonths | DaysTime) -> object:
    result: object = None
    match value, duration:
        case DateTime(), YearsMonths(months):
            result = value.plus_months(months)
        case DateTime(), DaysTime(nanoseconds):
            result = value.plus(nanoseconds)
        case Time(), DaysTime(nanoseconds):
            result = value.at(value.of_day + nanoseconds)
        case _, YearsMonths(months) if is_date(value):
            result = plus_months(value, months)
        case _, DaysTime(nanoseconds) if is_date(value):
            result = from_ordinal(ordinal(value) + nanoseconds // DAY)
    if result is None:
        return run.null("a {} cannot be moved by a {}", kind_of(value), kind_of(duration))
    return result


def multiply(run: Run, left: object, right: object) -> object:
    """Return the product of numbers, or of a number and a duration."""
    if type(left) is int and type(right) is int:
        return numbers.multiply(left, right)
    match left, right:
        case (YearsMonths() | DaysTime(), _):
            return _scaled(run, left, right, numbers.multiply)
        case (_, YearsMonths() | DaysTime()):
            return _scaled(run, right, left, numbers.multiply)
    return _calculated(run, numbers.multiply, left, right, "multiplied")


def divide(run: Run, left: object, right: object) -> object:
    """Return the quotient of numbers or of durations, or a part of a duration; null when the divisor is 0."""
    match left, right:
        case (YearsMonths(first), YearsMonths(second)) | (DaysTime(first), DaysTime(second)):
            return _calculated(run, numbers.divide, first, second, "divided")
        case (YearsMonths() | DaysTime(), _):
            return _scaled(run, left, right, numbers.divide)
    return _calculated(run, numbers.divide, left, right, "divided")


def _scaled(
    run: Run, duration: YearsMonths | DaysTime, by: object, work: Callable[[Number, Number], Number | None]
) -> object:
    factor = numbers.number(by)
    amount = duration.months if isinstance(duration, YearsMonths) else duration.nanoseconds
    scaled = None if factor is None else work(amount, factor)
    places = None if scaled is None else numbers.whole(scaled)
    if places is None:
        return run.null("a {} cannot be scaled by a {}", kind_of(duration), kind_of(by))
    return YearsMonths(places) if isinstance(duration, YearsMonths) else _bounded(run, places)


def _bounded(run: Run, nanoseconds: int) -> object:
    if numbers.whole(nanoseconds) is None:
        return run.null("the duration is too long")
    return DaysTime(nanoseconds)


def power(run: Run, left: object, right: object) -> object:
    """Return `left` to the power of `right`."""
    return _calculated(run, numbers.power, left, right, "raised")


def remainder(run: Run, left: object, right: object) -> object:
    """Return the rest of a division."""
    return _calculated(run, numbers.remainder, left, right, "divided")


def _calculated(
    run: Run, work: Callable[[Number, Number], Number | None], left: object, right: object, verb: str
) -> object:
    first, second = numbers.number(left), numbers.number(right)
    if first is None or second is None:
        return run.null("a {} and a {} cannot be {}", kind_of(left), kind_of(right), verb)
    result = work(first, second)
    return run.null("the numbers cannot be {}", verb) if result is None else result


_OPERATORS: dict[str, _Binary] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
    "%": remainder,
}
HANDLERS: dict[type[Node], Handler] = {Arithmetic: _arithmetic, Minus: _minus}
