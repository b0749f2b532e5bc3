"""Points and ranges compared (DMN 1.5, 10.3.4.7, table 78), and a text read as a range (10.3.4.1)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.conversion import parse_number
from engine.feel.builtins.declare import Library
from engine.feel.values.comparison import less, order
from engine.feel.values.dates import parse_date
from engine.feel.values.durations import parse_duration
from engine.feel.values.kinds import kind_of
from engine.feel.values.ranges import Bound, Range
from engine.feel.values.times import parse_date_time, parse_time

LIBRARY = Library()

_RANGE = re.compile(r"([\[\](])\s*(\S.*?)\s*\.\.\s*(\S.*?)\s*([\])\[])", re.DOTALL)
_CALL = re.compile(r'(@|number|date and time|date|time|duration)?\s*\(?\s*"([^"\\]*)"\s*\)?')
_READERS: dict[str, tuple[Callable[[str], Any], ...]] = {
    "@": (parse_date, parse_time, parse_date_time, parse_duration),
    "date": (parse_date,),
    "time": (parse_time,),
    "date and time": (parse_date_time,),
    "duration": (parse_duration,),
}


@dataclass(frozen=True, slots=True)
class _Span:
    """A range, or a point as a range of one, by what is compared.

    An end is 1 above or below everything when there is none; otherwise its value, and beside it whether it lies a
    little within.
    """

    kind: str
    low: tuple[Any, ...]
    high: tuple[Any, ...]


def _span(value: object) -> _Span | None:
    if not isinstance(value, Range):
        place = order(value)
        return None if place is None else _Span(place[0], (0, place[1], 0), (0, place[1], 0))
    low = None if value.start is Bound.NONE else order(value.start)
    high = None if value.end is Bound.NONE else order(value.end)
    known = low or high
    if known is None or (low is None) != (value.start is Bound.NONE) or (high is None) != (value.end is Bound.NONE):
        return None
    return _Span(
        known[0],
        (-1,) if low is None else (0, low[1], 0 if value.start_included else 1),
        (1,) if high is None else (0, high[1], 0 if value.end_included else -1),
    )


def _before(first: _Span, second: _Span) -> bool:
    return first.high < second.low


def _meets(first: _Span, second: _Span) -> bool:
    return first.high == second.low and first.high[-1] == 0


def _overlaps(first: _Span, second: _Span) -> bool:
    return not _before(first, second) and not _before(second, first)


def _overlaps_before(first: _Span, second: _Span) -> bool:
    return first.low < second.low <= first.high <= second.high


def _finishes(first: _Span, second: _Span) -> bool:
    return first.high == second.high and first.low >= second.low


def _includes(first: _Span, second: _Span) -> bool:
    return first.low <= second.low and first.high >= second.high


def _starts(first: _Span, second: _Span) -> bool:
    return first.low == second.low and first.high <= second.high


def _coincides(first: _Span, second: _Span) -> bool:
    return first.low == second.low and first.high == second.high


def _swapped(relation: Callable[[_Span, _Span], bool]) -> Callable[[_Span, _Span], bool]:
    return lambda first, second: relation(second, first)


_POINTS = "point1: point, point2: point"
_POINT_RANGE = "point: point, range: range"
_RANGE_POINT = "range: range, point: point"
_RANGES = "range1: range, range2: range"
_RELATIONS: dict[str, tuple[Callable[[_Span, _Span], bool], tuple[str, ...]]] = {
    "before": (_before, (_POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES)),
    "after": (_swapped(_before), (_POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES)),
    "meets": (_meets, (_RANGES,)),
    "met by": (_swapped(_meets), (_RANGES,)),
    "overlaps": (_overlaps, (_RANGES,)),
    "overlaps before": (_overlaps_before, (_RANGES,)),
    "overlaps after": (_swapped(_overlaps_before), (_RANGES,)),
    "finishes": (_finishes, (_POINT_RANGE, _RANGES)),
    "finished by": (_swapped(_finishes), (_RANGE_POINT, _RANGES)),
    "includes": (_includes, (_RANGE_POINT, _RANGES)),
    "during": (_swapped(_includes), (_POINT_RANGE, _RANGES)),
    "starts": (_starts, (_POINT_RANGE, _RANGES)),
    "started by": (_swapped(_starts), (_RANGE_POINT, _RANGES)),
    "coincides": (_coincides, (_POINTS, _RANGES)),
}


def _declare(name: str, relation: Callable[[_Span, _Span], bool], ways: tuple[str, ...]) -> None:
    def related(run: Run, first: object, second: object) -> object:
        one, other = _span(first), _span(second)
        if one is None or other is None or one.kind != other.kind:
            return run.null("a {} and a {} cannot be compared", kind_of(first), kind_of(second))
        return relation(one, other)

    related.__doc__ = f"Return whether the first {name} the second (DMN 1.5, table 78)."
    for way in ways:
        LIBRARY.function(name, way)(related)


for _name, (_relation, _ways) in _RELATIONS.items():
    _declare(_name, _relation, _ways)


@LIBRARY.function("range", "from: string")
def range_from_text(run: Run, text: str) -> object:
    """Read a range between two literals: `[1..5]`, `(@"2024-01-01"..@"2025-01-01")` (DMN 1.5, table 67)."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return run.null("the text is no range")
    start, end = _end(run, match[2]), _end(run, match[3])
    if start is None or end is None or less(run, end, start) is not False:
        return run.null("the text is no range")
    return Range(start, end, match[1] == "[", match[4] == "]")


def _end(run: Run, text: str) -> object:
    match = _CALL.fullmatch(text)
    if match is None:
        return parse_number(run, text)
    if match[1] is None:
        return match[2] if text.startswith('"') else None
    if match[1] == "number":
        return parse_number(run, match[2])
    return next((value for value in (read(match[2]) for read in _READERS[match[1]]) if value is not None), None)
