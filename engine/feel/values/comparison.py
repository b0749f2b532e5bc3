"""How values are compared (DMN 1.5, 10.3.2.13, tables 52 to 54). None is the answer "cannot be said"."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from engine.feel.budget import MAXIMUM_DEPTH, Run, too_deep
from engine.feel.values.dates import ordinal
from engine.feel.values.kinds import FOREIGN, Kind, adopted, is_date, kind_of
from engine.feel.values.numbers import number
from engine.feel.values.ranges import Bound, Range
from engine.feel.values.times import DateTime, Time

_ORDERED = frozenset({Kind.NUMBER, Kind.STRING, Kind.YEARS_MONTHS, Kind.DAYS_TIME})
"""What has Python's order."""


def equal(run: Run, left: object, right: object) -> bool | None:
    """Return whether two values are the same; values of two types cannot be compared, except with null.

    Raises:
        FeelEvaluationError: when they are too large or too deep.

    """
    return _equal(run, left, right, 0)


def less(run: Run, left: object, right: object) -> bool | None:
    """Return whether `left` comes before `right`; only values of one ordered type can be compared."""
    left_type, right_type = type(left), type(right)
    if (left_type is int and right_type is int) or (left_type is str and right_type is str):
        return left < right  # type: ignore[operator, no-any-return] # both are of one kind that has an order
    first, second = order(left), order(right)
    if first is None or second is None or first[0] != second[0]:
        return run.null("{} and {} have no order", kind_of(left), kind_of(right))
    return first[1] < second[1]  # type: ignore[operator, no-any-return] # both are of one kind that has an order


def order(value: object) -> tuple[str, object] | None:
    """Return what the value is ordered among and its place there; None when it has no order."""
    if type(value) in FOREIGN:
        value = adopted(value)
    kind = kind_of(value)
    if kind in _ORDERED:
        return kind, value
    if is_date(value):
        return kind, ordinal(value)
    match value:
        case Time():
            return ("local " if value.is_local else "") + kind, value.instant
        case DateTime():
            return ("local " if value.time.is_local else "") + kind, value.instant
    return None


def contains(run: Run, within: Range, value: object) -> bool | None:
    """Return whether the value lies in the range; null when an end is."""
    after = _after(run, within.start, value, included=within.start_included)
    before = _before(run, value, within.end, included=within.end_included)
    if after is None or before is None:
        return None
    return after and before


def at_least(run: Run, left: object, right: object) -> bool | None:
    """Return whether `left` is not before `right`."""
    below = less(run, left, right)
    return None if below is None else not below


def _after(run: Run, start: object, value: object, *, included: bool) -> bool | None:
    if start is Bound.NONE:
        return True
    return at_least(run, value, start) if included else less(run, start, value)


def _before(run: Run, value: object, end: object, *, included: bool) -> bool | None:
    if end is Bound.NONE:
        return True
    return at_least(run, end, value) if included else less(run, value, end)


def _equal(run: Run, left: object, right: object, depth: int) -> bool | None:
    left_type, right_type = type(left), type(right)
    if left_type is right_type and (left_type is str or left_type is int or left_type is bool):
        return left == right
    if left is None or right is None:
        return left is None and right is None
    kind = kind_of(left)
    if kind is not kind_of(right) or kind is Kind.OPAQUE:
        if left_type in FOREIGN or right_type in FOREIGN:
            return _equal_adopted(run, left, right, depth)
        return run.null("{} and {} cannot be compared", kind_of(left), kind_of(right))
    if kind is Kind.NUMBER:
        return number(left) == number(right)
    run.tick()
    if depth > MAXIMUM_DEPTH:
        raise too_deep()
    compare = _WITHIN.get(kind)
    return left == right if compare is None else compare(run, left, right, depth)


def _equal_adopted(run: Run, left: object, right: object, depth: int) -> bool | None:
    first, second = adopted(left), adopted(right)
    if type(first) in FOREIGN or type(second) in FOREIGN:
        return run.null("{} and {} cannot be compared", kind_of(left), kind_of(right))
    return _equal(run, first, second, depth)


def _all(run: Run, pairs: Iterable[tuple[object, object]], depth: int) -> bool | None:
    unknown = False
    for left, right in pairs:
        run.tick()
        same = _equal(run, left, right, depth + 1)
        if same is False:
            return False
        unknown = unknown or same is None
    return None if unknown else True


def _same_items(run: Run, left: Sequence[object], right: Sequence[object], depth: int) -> bool | None:
    return len(left) == len(right) and _all(run, zip(left, right, strict=True), depth)


def _same_entries(run: Run, left: Mapping[str, object], right: Mapping[str, object], depth: int) -> bool | None:
    return left.keys() == right.keys() and _all(run, ((left[key], right[key]) for key in left), depth)


def _same_time(_run: Run, left: Time, right: Time, _depth: int) -> bool:
    return left.is_local == right.is_local and left.instant == right.instant


def _same_moment(_run: Run, left: DateTime, right: DateTime, _depth: int) -> bool:
    return left.time.is_local == right.time.is_local and left.instant == right.instant


def _same_range(run: Run, left: Range, right: Range, depth: int) -> bool | None:
    if (left.start_included, left.end_included) != (right.start_included, right.end_included):
        return False
    if (left.start is Bound.NONE, left.end is Bound.NONE) != (right.start is Bound.NONE, right.end is Bound.NONE):
        return False
    ends = ((left.start, right.start), (left.end, right.end))
    return _all(run, ((one, other) for one, other in ends if one is not Bound.NONE), depth)


_WITHIN: dict[Kind, Callable[[Run, Any, Any, int], bool | None]] = {
    Kind.LIST: _same_items,
    Kind.CONTEXT: _same_entries,
    Kind.TIME: _same_time,
    Kind.DATE_TIME: _same_moment,
    Kind.RANGE: _same_range,
    Kind.FUNCTION: lambda _run, left, right, _depth: left is right,
}
"""How values of one type are compared, where Python's way is not FEEL's."""
