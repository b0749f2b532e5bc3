"""Lists (DMN 1.5, 10.3.4.4), and what Camunda adds."""

from collections.abc import Sequence
from functools import cmp_to_key

from engine.feel.budget import MAXIMUM_DEPTH, Run, too_deep
from engine.feel.builtins.declare import Library
from engine.feel.builtins.functions import called
from engine.feel.values.comparison import equal, less, order
from engine.feel.values.functions import Function
from engine.feel.values.kinds import is_list

LIBRARY = Library()


class _NoOrder(Exception):
    """Two items cannot be ordered."""


@LIBRARY.function("list contains", "list: list, element: any")
def list_contains(run: Run, items: list[object], element: object) -> object:
    """Return whether an item equals the element (DMN 1.5, table 70)."""
    return any(equal(run, item, element) is True for item in items)


@LIBRARY.function("count", "list: list")
def count(_run: Run, items: list[object]) -> object:
    """Return the number of items (DMN 1.5, table 70)."""
    return len(items)


@LIBRARY.function("min", "list+: any")
def minimum(run: Run, items: list[object]) -> object:
    """Return the first in order of the items (DMN 1.5, table 70)."""
    return _extreme(run, items, last=False)


@LIBRARY.function("max", "list+: any")
def maximum(run: Run, items: list[object]) -> object:
    """Return the last in order of the items (DMN 1.5, table 70)."""
    return _extreme(run, items, last=True)


def _extreme(run: Run, items: list[object], *, last: bool) -> object:
    if not items:
        return None
    best = items[0]
    if order(best) is None:
        return run.null("the items have no order")
    for item in items[1:]:
        run.tick()
        before = less(run, best, item) if last else less(run, item, best)
        if before is None:
            return None
        best = item if before else best
    return best


@LIBRARY.function("sublist", "list: list, start position: integer, length?: integer")
def sublist(run: Run, items: list[object], start: int, length: int | None = None) -> object:
    """Return the part from a place on; a negative place counts from the end (DMN 1.5, table 70)."""
    first = start - 1 if start > 0 else len(items) + start
    if start == 0 or abs(start) > len(items) or (length is not None and not 0 < length <= len(items) - first):
        return run.null("there is no such part of the list")
    return items[first:] if length is None else items[first : first + length]


@LIBRARY.function("append", "list: list, items*: any")
def append(_run: Run, items: list[object], more: list[object]) -> object:
    """Return the list with more items at its end (DMN 1.5, table 70)."""
    return items + more


@LIBRARY.function("concatenate", "lists*: any")
def concatenate(run: Run, lists: list[object]) -> object:
    """Return the lists as one (DMN 1.5, table 70)."""
    joined = _joined(run, lists)
    return run.null("there is nothing to join") if joined is None else joined


def _joined(run: Run, lists: list[object]) -> list[object] | None:
    if not lists or any(each is None for each in lists):
        return None
    joined: list[object] = []
    for each in lists:
        joined.extend(each if is_list(each) else [each])
        run.items(joined)
    return joined


@LIBRARY.function("insert before", "list: list, position: integer, newItem: any")
def insert_before(run: Run, items: list[object], position: int, new: object) -> object:
    """Return the list with an item more, before a place (DMN 1.5, table 70)."""
    place = _place(items, position)
    return run.null("there is no such place") if place is None else [*items[:place], new, *items[place:]]


@LIBRARY.function("remove", "list: list, position: integer")
def remove(run: Run, items: list[object], position: int) -> object:
    """Return the list without the item at a place (DMN 1.5, table 70)."""
    place = _place(items, position)
    return run.null("there is no such place") if place is None else items[:place] + items[place + 1 :]


@LIBRARY.function("list replace", "list: list, position: integer, newItem: any")
def list_replace(run: Run, items: list[object], position: int, new: object) -> object:
    """Return the list with another item at a place (DMN 1.5, table 70)."""
    place = _place(items, position)
    return run.null("there is no such place") if place is None else [*items[:place], new, *items[place + 1 :]]


@LIBRARY.function("list replace", "list: list, match: function, newItem: any")
def list_replace_matching(run: Run, items: list[object], match: Function, new: object) -> object:
    """Return the list with another item where `match(item, newItem)` is true (DMN 1.5, table 70)."""
    if not match.accepts(2):
        return run.null("the function does not take two arguments")
    made = []
    for item in items:
        holds = called(run, match, (item, new))
        if type(holds) is not bool:
            return run.null("the function does not give true or false")
        made.append(new if holds else item)
    return made


def _place(items: list[object], position: int) -> int | None:
    if position == 0 or abs(position) > len(items):
        return None
    return position - 1 if position > 0 else len(items) + position


@LIBRARY.function("reverse", "list: list")
def reverse(_run: Run, items: list[object]) -> object:
    """Return the items from the last to the first (DMN 1.5, table 70)."""
    return items[::-1]


@LIBRARY.function("index of", "list: list, match: any")
def index_of(run: Run, items: list[object], match: object) -> object:
    """Return the places of the items that equal the match (DMN 1.5, table 70)."""
    return [place for place, item in enumerate(items, 1) if equal(run, item, match) is True]


@LIBRARY.function("union", "lists*: any")
def union(run: Run, lists: list[object]) -> object:
    """Return the lists as one, without duplicates (DMN 1.5, table 70)."""
    joined = _joined(run, lists)
    return run.null("there is nothing to join") if joined is None else _distinct(run, joined)


@LIBRARY.function("distinct values", "list: list")
def distinct_values(run: Run, items: list[object]) -> object:
    """Return the list without duplicates (DMN 1.5, table 70)."""
    return _distinct(run, items)


@LIBRARY.function("duplicate values", "list: list")
def duplicate_values(run: Run, items: list[object]) -> object:
    """Return the items that are there more than once, each of them once (Camunda)."""
    repeated = [item for place, item in enumerate(items) if _is_in(run, item, items[:place])]
    return _distinct(run, repeated)


def _distinct(run: Run, items: list[object]) -> list[object]:
    found: list[object] = []
    for item in items:
        if not _is_in(run, item, found):
            found.append(item)
    return found


def _is_in(run: Run, item: object, others: list[object]) -> bool:
    run.tick(1 + len(others))
    return any(equal(run, item, other) is True for other in others)


@LIBRARY.function("flatten", "list: list")
def flatten(run: Run, items: list[object]) -> object:
    """Return the items of all lists within the list as one list (DMN 1.5, table 70)."""
    made: list[object] = []
    _flatten(run, items, made, 0)
    return made


def _flatten(run: Run, items: Sequence[object], made: list[object], depth: int) -> None:
    if depth > MAXIMUM_DEPTH:
        raise too_deep()
    for item in items:
        run.tick()
        if is_list(item):
            _flatten(run, item, made, depth + 1)
        else:
            made.append(item)
    run.items(made)


@LIBRARY.function("sort", "list: list, precedes?: function")
def sort(run: Run, items: list[object], precedes: Function | None = None) -> object:
    """Return the items in the order that `precedes(a, b)` gives; without it, in their own (DMN 1.5, table 77)."""

    def compare(left: object, right: object) -> int:
        run.tick()
        if _before(left, right):
            return -1
        return 1 if _before(right, left) else 0

    def _before(left: object, right: object) -> bool:
        holds = less(run, left, right) if precedes is None else called(run, precedes, (left, right))
        if type(holds) is not bool:
            raise _NoOrder
        return holds

    if precedes is not None and not precedes.accepts(2):
        return run.null("the function does not take two arguments")
    try:
        return sorted(items, key=cmp_to_key(compare))
    except _NoOrder:
        return run.null("the items have no order")


@LIBRARY.function("partition", "list: list, size: integer")
def partition(run: Run, items: list[object], size: int) -> object:
    """Return the list in parts of a size, the last of which may be smaller (Camunda)."""
    if size < 1:
        return run.null("the size of a part is at least 1")
    return [items[start : start + size] for start in range(0, len(items), size)]


@LIBRARY.function("is empty", "list: list")
def is_empty(_run: Run, items: list[object]) -> object:
    """Return whether there is no item (Camunda)."""
    return not items
