"""Truth values (DMN 1.5, 10.3.4.2 and 10.3.4.10)."""

from engine.feel.budget import Run
from engine.feel.builtins.declare import Library
from engine.feel.errors import FeelEvaluationError
from engine.feel.values.comparison import equal
from engine.feel.values.kinds import Kind, kind_of
from engine.feel.values.times import DateTime, Time

LIBRARY = Library()


@LIBRARY.function("not", "negand: any")
def negation(run: Run, negand: object) -> object:
    """Return false for true and true for false (DMN 1.5, table 68)."""
    return (not negand) if type(negand) is bool else run.null("a {} has no negation", kind_of(negand))


@LIBRARY.function("all", "list+: any")
def every(run: Run, items: list[object]) -> object:
    """Return whether all are true; null when one is neither (DMN 1.5, table 70)."""
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else run.null("not all items are true or false")


@LIBRARY.function("any", "list+: any")
def some(run: Run, items: list[object]) -> object:
    """Return whether one is true; null when none is and one is neither (DMN 1.5, table 70)."""
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else run.null("not all items are true or false")


@LIBRARY.function("is", "value1: any, value2?: any")
def same(run: Run, value1: object, value2: object = None) -> object:
    """Return whether two values are the same in type and in every part, the time zone included (DMN 1.5, table 78)."""
    kind = kind_of(value1)
    if kind is not kind_of(value2) or kind is Kind.OPAQUE:
        return False
    if isinstance(value1, Time | DateTime):
        return value1 == value2
    return equal(run, value1, value2)


@LIBRARY.function("is defined", "value: any")
def is_defined(_run: Run, _value: object) -> object:
    """Return whether a variable or an entry is there, null included (Camunda); a value is always there."""
    return True


@LIBRARY.function("get or else", "value: any, default: any")
def get_or_else(_run: Run, value: object, default: object) -> object:
    """Return the value, or the default in the place of null (Camunda)."""
    return default if value is None else value


@LIBRARY.function("assert", "value: any, condition: any, cause?: string?")
def assertion(_run: Run, value: object, condition: object, cause: str | None = None) -> object:
    """Return the value when the condition is true; otherwise the evaluation fails (Camunda)."""
    if condition is True:
        return value
    raise FeelEvaluationError(cause or "The condition of an assertion is not true.")
