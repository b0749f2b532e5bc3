"""Elements by what people call them: the name in the diagram, or the id."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from engine.model import Element
from webui.testing.failures import JourneyFailed


def find(elements: Mapping[str, Element], name: str, kinds: Iterable[str] = ()) -> str:
    """Return the id of the element with this id or name; of some kinds only, if they are given.

    Raises:
        JourneyFailed: when there is none, or several have this name.

    """
    __tracebackhide__ = True
    wanted = frozenset(kinds)
    if name in elements:
        return name
    named = [each for each in elements.values() if each.name == name and (not wanted or each.kind in wanted)]
    if len(named) == 1:
        return named[0].id
    if named:
        ids = ", ".join(each.id for each in named)
        raise JourneyFailed(f"{len(named)} elements are called {name!r}: say which one by its id: {ids}.")
    known = [*elements, *(each.name for each in elements.values() if each.name)]
    close = get_close_matches(name, known, n=3)
    hint = f"Did you mean {' or '.join(map(repr, close))}?" if close else f"There are {', '.join(elements)}."
    raise JourneyFailed(f"No element has the name or id {name!r}. {hint}")


def said(elements: Mapping[str, Element], element_id: str) -> str:
    """Return an element for a sentence: its id, and its name if that says more."""
    element = elements.get(element_id)
    return element_id if element is None or element.label == element_id else f"{element_id} ({element.name!r})"
