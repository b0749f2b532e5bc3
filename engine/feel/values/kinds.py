"""The types of FEEL, and which one a value has (DMN 1.5, 10.3.2.2). The exact Python type decides, never its looks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeGuard

from engine.feel.values.dates import Date, FarDate
from engine.feel.values.durations import DaysTime, YearsMonths
from engine.feel.values.functions import Function
from engine.feel.values.numbers import number
from engine.feel.values.ranges import Range
from engine.feel.values.times import DateTime, Time, from_datetime, from_time, from_timedelta


class Kind(StrEnum):
    """A type of FEEL, by its name."""

    NULL = "null"
    NUMBER = "number"
    STRING = "string"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date and time"
    YEARS_MONTHS = "years and months duration"
    DAYS_TIME = "days and time duration"
    LIST = "list"
    CONTEXT = "context"
    RANGE = "range"
    FUNCTION = "function"
    OPAQUE = "opaque value"
    """Anything else, such as a reference to a secret: it is handed on whole and compared with null."""


_KINDS: dict[type, Kind] = {
    type(None): Kind.NULL,
    bool: Kind.BOOLEAN,
    int: Kind.NUMBER,
    str: Kind.STRING,
    list: Kind.LIST,
    tuple: Kind.LIST,
    dict: Kind.CONTEXT,
    date: Kind.DATE,
    FarDate: Kind.DATE,
    Time: Kind.TIME,
    DateTime: Kind.DATE_TIME,
    YearsMonths: Kind.YEARS_MONTHS,
    DaysTime: Kind.DAYS_TIME,
    Range: Kind.RANGE,
    Function: Kind.FUNCTION,
}


def kind_of(value: object) -> Kind:
    """Return the type of `value`."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    if type(value) is float or type(value) is Decimal:
        return Kind.NUMBER if number(value) is not None else Kind.OPAQUE
    return Kind.CONTEXT if isinstance(value, Mapping) else Kind.OPAQUE


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Tell whether `value` is a list."""
    return _KINDS.get(type(value)) is Kind.LIST


def is_context(value: object) -> TypeGuard[Mapping[str, object]]:
    """Tell whether `value` is a context; one of Python's may have keys that are no texts."""
    return type(value) is dict or kind_of(value) is Kind.CONTEXT


def is_date(value: object) -> TypeGuard[Date]:
    """Tell whether `value` is a date without a time."""
    return _KINDS.get(type(value)) is Kind.DATE


def adopted(value: object) -> object:
    """Return a number, time or time span of Python as FEEL has it; anything else as it is."""
    match value:
        case float() | Decimal():
            known = number(value)
            return value if known is None else known
        case datetime():
            return from_datetime(value)
        case time():
            return from_time(value)
        case timedelta():
            return from_timedelta(value)
    return value


FOREIGN = frozenset({float, Decimal, datetime, time, timedelta})
"""The types of Python that `adopted` changes."""
