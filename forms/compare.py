"""What is different between two form documents, element by element.

Elements are the same when they have the same id, wherever they are. Documents may have any faults: a draft is compared
as it stands.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.comparing import Kind, turns
from forms.source import MAXIMUM_DEPTH

_COMPONENTS = "components"
_MISSING = object()


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One property."""

    path: str
    """With dots: `validate.required`."""
    old: Any
    """A JSON value; None where there is none, or where it is null."""
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One element that is not the same; the document itself has no id."""

    kind: Kind
    element: str | None
    type: str
    label: str
    """What people know it by: its label or its text; may be empty."""
    moved: bool = False
    properties: tuple[PropertyChange, ...] = ()


@dataclass(frozen=True, slots=True)
class _Placed:
    """An element where it stands."""

    component: Mapping[str, Any]
    parent: str | None
    """The key of the element that it is in."""


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what is different in `new`: the document first, then elements in its order, then those that are gone."""
    before, after = dict(_elements(old)), dict(_elements(new))
    moved = _moved(before, after)
    return tuple(_changes(old, new, before, after, moved))


def _changes(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    before: Mapping[str, _Placed],
    after: Mapping[str, _Placed],
    moved: frozenset[str],
) -> Iterator[Change]:
    document = tuple(_properties(old, new))
    if document:
        yield Change(Kind.CHANGED, None, "", "", properties=document)
    for turn in turns(before, after, _different, moved.__contains__):
        component = turn.element.component
        label = next((each for name in ("label", "text", "key") if isinstance(each := component.get(name), str)), "")
        about = _text(component.get("id")), _text(component.get("type")), label
        yield Change(turn.kind, *about, turn.moved, turn.properties)


def _different(old: _Placed, new: _Placed) -> Iterator[PropertyChange]:
    return _properties(old.component, new.component)


def _elements(document: Mapping[str, Any], depth: int = 0, parent: str | None = None) -> Iterator[tuple[str, _Placed]]:
    """Yield every element by a key: its id, and which of several with this id it is."""
    seen: Counter[str] = Counter()
    for component, inside in _walk(document, depth, parent):
        name = _text(component.get("id"))
        seen[name] += 1
        yield f"{name}#{seen[name]}", _Placed(component, inside)


def _walk(
    document: Mapping[str, Any], depth: int, parent: str | None
) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    components = document.get(_COMPONENTS)
    for each in components if isinstance(components, list) and depth < MAXIMUM_DEPTH else ():
        if isinstance(each, dict):
            yield each, parent
            yield from _walk(each, depth + 1, _text(each.get("id")))


def _moved(before: Mapping[str, _Placed], after: Mapping[str, _Placed]) -> frozenset[str]:
    """Return the fewest elements of which one can say that they were moved."""
    stayed = [key for key in after if key in before and before[key].parent == after[key].parent]
    places = {key: place for place, key in enumerate(before)}
    unmoved = _longest_rising([places[key] for key in stayed])
    elsewhere = {key for key in after if key in before} - set(stayed)
    return frozenset(elsewhere | {key for key in stayed if places[key] not in unmoved})


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the members of a longest rising subsequence of different numbers."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place:] = [number, *ends[place + 1 :]]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


def _properties(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[PropertyChange]:
    before, after = dict(_flat(old)), dict(_flat(new))
    for path in dict.fromkeys([*before, *after]):
        values = before.get(path, _MISSING), after.get(path, _MISSING)
        if not _same(*values):
            yield PropertyChange(path, *(None if value is _MISSING else value for value in values))


def _same(old: Any, new: Any) -> bool:
    # True and 1 are equal to Python, not in JSON.
    return type(old) is type(new) and bool(old == new)


def _flat(table: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the properties of a JSON object by their paths; lists are values as a whole."""
    for name, value in table.items():
        if depth == 0 and name == _COMPONENTS:
            continue
        if isinstance(value, dict) and value and depth < MAXIMUM_DEPTH:
            yield from _flat(value, f"{prefix}{name}.", depth + 1)
        else:
            yield f"{prefix}{name}", value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
