"""A form as plain text, for a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass

from forms.input import Input
from forms.visit import Visit, walk


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a form."""

    text: str
    """What to read; never empty."""
    name: str | None
    """The name of the field that the answer belongs to, when one is asked for."""
    default: str = ""
    """What the field holds at first."""


def parts(visit: Visit) -> Iterator[Part]:
    """Return what is there element by element."""
    for place in walk(visit.places):
        element = place.element
        if place.hidden:
            continue
        if isinstance(element, Input) and element.asks(place):
            yield Part(element.plain(place), place.name, element.written(place))
        elif text := element.plain(place):
            yield Part(text, None)
