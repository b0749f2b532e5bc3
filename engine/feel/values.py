"""How values are compared (DMN 1.5, 10.3.2.13 and table 53). None is null, and also the answer "cannot be said"."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum, auto

from engine.feel.errors import FeelEvaluationError
from engine.feel.tree import Operator

MAXIMUM_STEPS = 100_000
"""How many pairs of values one evaluation may compare, the items of lists and contexts among them."""

MAXIMUM_DEPTH = 60
"""How deep lists and contexts that are compared may be nested."""


class Type(Enum):
    """The types of FEEL that this part of the language knows."""

    NULL = auto()
    NUMBER = auto()
    TEXT = auto()
    BOOLEAN = auto()
    LIST = auto()
    CONTEXT = auto()
    OPAQUE = auto()
    """Anything else, such as a reference to a secret."""


def type_of(value: object) -> Type:
    """Return what `value` is in FEEL. The exact Python type decides: a subclass may behave in any way."""
    match value:
        case None:
            return Type.NULL
        case bool():
            return Type.BOOLEAN
        case int() | Decimal() | float():
            return Type.NUMBER if number(value) is not None else Type.OPAQUE
        case str():
            return Type.TEXT if type(value) is str else Type.OPAQUE
        case list() | tuple():
            return Type.LIST if type(value) in {list, tuple} else Type.OPAQUE
        case Mapping():
            return Type.CONTEXT
    return Type.OPAQUE


def number(value: object) -> int | Decimal | None:
    """Return a number that compares exactly: a float stands for the decimal that it is written as. Infinity is none."""
    if type(value) is int:
        return value
    if type(value) is float:
        value = Decimal(repr(value))
    return value if type(value) is Decimal and value.is_finite() else None


class Comparer:
    """Compares values within the budget of one evaluation."""

    def __init__(self) -> None:
        self._steps = 0

    def compare(self, operator: Operator, left: object, right: object) -> bool | None:
        """Return whether the comparison holds; None when the values cannot be compared.

        Raises:
            FeelEvaluationError: when the values are too large or too deep.

        """
        match operator:
            case Operator.EQUAL:
                return self._equal(left, right)
            case Operator.UNEQUAL:
                equal = self._equal(left, right)
                return None if equal is None else not equal
            case Operator.LESS:
                return _less(left, right)
            case Operator.GREATER:
                return _less(right, left)
            case Operator.AT_MOST:
                greater = _less(right, left)
                return None if greater is None else not greater
            case Operator.AT_LEAST:
                less = _less(left, right)
                return None if less is None else not less

    def _equal(self, left: object, right: object, depth: int = 0) -> bool | None:
        self._steps += 1
        if self._steps > MAXIMUM_STEPS or depth > MAXIMUM_DEPTH:
            raise FeelEvaluationError(
                f"The values are too large to compare: {MAXIMUM_STEPS} items and {MAXIMUM_DEPTH} levels are allowed."
            )
        types = (type_of(left), type_of(right))
        if Type.NULL in types:
            return types == (Type.NULL, Type.NULL)
        match types:
            case (Type.NUMBER, Type.NUMBER):
                return number(left) == number(right)
            case (Type.TEXT, Type.TEXT) | (Type.BOOLEAN, Type.BOOLEAN):
                return left == right
        if Type.OPAQUE in types:
            return None
        match left, right:
            case (list() | tuple(), list() | tuple()):
                return len(left) == len(right) and self._all_equal(zip(left, right, strict=True), depth)
            case (Mapping(), Mapping()):
                same_keys = left.keys() == right.keys()
                return same_keys and self._all_equal(((left[key], right[key]) for key in left), depth)
        return None

    def _all_equal(self, pairs: Iterable[tuple[object, object]], depth: int) -> bool | None:
        unknown = False
        for left, right in pairs:
            equal = self._equal(left, right, depth + 1)
            if equal is False:
                return False
            unknown = unknown or equal is None
        return None if unknown else True


def _less(left: object, right: object) -> bool | None:
    first, second = number(left), number(right)
    if first is not None and second is not None:
        return first < second
    if type(left) is str and type(right) is str:
        return left < right
    return None
