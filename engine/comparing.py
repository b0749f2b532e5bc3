"""What became of the elements of a document, when two versions of it are compared."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

E = TypeVar("E")
P = TypeVar("P")


class Kind(StrEnum):
    """What became of an element."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """It has another place; nothing in it was changed."""
    CHANGED = "changed"
    """A property has another value; it may have been moved, too."""


@dataclass(frozen=True, slots=True)
class Turn(Generic[E, P]):
    """An element that is not the same."""

    kind: Kind
    key: str
    element: E
    """As it is in the new version; as it was, when it is gone."""
    moved: bool = False
    properties: tuple[P, ...] = ()


def turns(
    before: Mapping[str, E],
    after: Mapping[str, E],
    different: Callable[[E, E], Iterable[P]],
    is_moved: Callable[[str], bool],
) -> Iterator[Turn[E, P]]:
    """Yield the elements that are not the same, in the order of the new version, then those that are gone.

    Elements are the same when they have the same key. `different` returns the properties that are not the same.
    """
    for key, element in after.items():
        if key not in before:
            yield Turn(Kind.ADDED, key, element)
            continue
        properties, moved = tuple(different(before[key], element)), is_moved(key)
        if properties or moved:
            yield Turn(Kind.CHANGED if properties else Kind.MOVED, key, element, moved, properties)
    for key, element in before.items():
        if key not in after:
            yield Turn(Kind.REMOVED, key, element)
