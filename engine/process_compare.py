"""What is different between two BPMN files, element by element.

Elements are the same when they have the same id, wherever they stand in the file. How a file is written plays no part:
white space, prefixes, the order of attributes and of elements. An element's properties are what `engine.flat_bpmn`
finds in it; that a shape or a line has another place is said apart.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.comparing import Kind, turns
from engine.dialect import parsed
from engine.dialect.xml import id_of, name_of
from engine.errors import InvalidDeployment
from engine.flat_bpmn import Drawing, drawings, elements, lanes, properties, type_of


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One property."""

    path: str
    """With dots: `input.storeName`, `timer.duration`."""
    old: str | None
    """As it is written; None where there is none."""
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One element that is not the same."""

    kind: Kind
    element: str
    """Its id; empty for the file itself, when that has none."""
    type: str
    """`bpmn:ServiceTask`."""
    name: str
    """May be empty."""
    moved: bool = False
    properties: tuple[PropertyChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two files that were compared."""

    changes: tuple[Change, ...]
    """The file itself first, then elements in the order of the new one, then those that are gone."""
    readable: bool
    """Whether both are BPMN; an empty text is a file with nothing in it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """An element of a file."""

    xml: etree._Element
    properties: Mapping[str, str]
    drawn: Drawing


def compare(old: bytes, new: bytes) -> Comparison:
    """Return what is different in `new`. Never raises for what is in the files."""
    try:
        before, after = _read(old), _read(new)
    except InvalidDeployment:
        return Comparison((), readable=False)
    return Comparison(tuple(_changes(before, after)), readable=True)


def _read(content: bytes) -> dict[str, _Known]:
    """Return every element by a key: its id, and which of several with this id it is."""
    if not content:
        return {}
    root = parsed(content)
    drawn, within, seen = drawings(root), lanes(root), Counter[str]()
    # The definitions are no element among the others: whatever their id is, they are the file itself.
    found = {"": _Known(root, dict(properties(root)), Drawing())}
    for xml in elements(root):
        identifier = id_of(xml)
        seen[identifier] += 1
        said = dict(properties(xml))
        if identifier in within:
            said["lane"] = within[identifier]
        found[f"{identifier}#{seen[identifier]}"] = _Known(xml, said, drawn.get(identifier, Drawing()))
    return found


def _changes(before: Mapping[str, _Known], after: Mapping[str, _Known]) -> Iterator[Change]:
    for turn in turns(before, after, _different, lambda key: before[key].drawn.place != after[key].drawn.place):
        # A file is neither added nor removed.
        if turn.key or turn.kind is Kind.CHANGED:
            xml = turn.element.xml
            yield Change(turn.kind, id_of(xml), type_of(xml), name_of(xml), turn.moved, turn.properties)


def _different(old: _Known, new: _Known) -> Iterator[PropertyChange]:
    before = {"type": type_of(old.xml), **old.properties, **old.drawn.looks}
    after = {"type": type_of(new.xml), **new.properties, **new.drawn.looks}
    for path in dict.fromkeys([*after, *before]):
        if before.get(path) != after.get(path):
            yield PropertyChange(path, before.get(path), after.get(path))
