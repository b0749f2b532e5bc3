"""What an element that holds other elements is, and one whose elements are there once for each item of a list."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from engine.declare import parameter
from engine.errors import Problem
from forms import messages
from forms.element import Element
from forms.input import key_problems
from forms.place import Place
from forms.template import Template

MAXIMUM_ITEMS = 50
"""How many items a dynamic list may have."""

COUNT = "[]"
"""What stands behind the name of a list in the name of the hidden field that says how many items it has."""


class Container(Element):
    """Base of the elements that hold others."""

    components: tuple[Element, ...] = ()
    """What is in it; the document puts it there."""

    label: Template | None = parameter("Group label", help="What its elements have in common; shown above them.")
    path_text: str | None = parameter(
        "Path",
        key="path",
        help="The name under which its answers are kept together; empty keeps them beside the others.",
    )
    show_outline: bool = parameter(
        "Show outline", default=False, section="Appearance", help="Draw a line around its elements."
    )
    vertical_alignment: str = parameter(
        "Vertical alignment",
        default="start",
        section="Appearance",
        choices=("start", "center", "end"),
        help="Where elements stand in a row that is higher than they are.",
    )

    @property
    def path(self) -> tuple[str, ...]:
        """Where its answers are, below what it is in."""
        return tuple(self.path_text.split(".")) if self.path_text else ()

    def check(self) -> Iterator[Problem]:
        """Find what is wrong with this element."""
        yield from super().check()
        if self.path_text:
            yield from key_problems("Path", self.path_text)

    def plain(self, place: Place) -> str:
        """Return the label: what is in it is read after it."""
        return place.text(self.label)

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the label; the page puts in what the element holds."""
        return {"label": place.text(self.label)}


class Repeating(Container):
    """Base of the elements that are there once for each item of a list."""

    required_path: ClassVar[bool] = True

    default_repetitions: int = parameter(
        "Default number of items", default=1, minimum=0, maximum=MAXIMUM_ITEMS, help="How many there are at first."
    )
    allow_add_remove: bool = parameter(
        "Allow add/delete items", default=False, help="Whether the person may add and remove items."
    )

    def check(self) -> Iterator[Problem]:
        """Find what is wrong with this element."""
        yield from super().check()
        if not self.path_text:
            yield Problem("form.missing-property", "Properties Missing: Path.", "Fill in Path.")

    def count(self, place: Place, held: object) -> int:
        """Return how many items there are; `held` is what is known of them."""
        known = len(held) if isinstance(held, list) else self.default_repetitions
        if self.allow_add_remove and place.page.posted is not None:
            known = _posted_count(place, known)
        return min(known, MAXIMUM_ITEMS)

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what the page shows beside the items."""
        changes = self.allow_add_remove and not place.page.readonly
        return {
            **super().view(place),
            "count": place.name + COUNT,
            "add": place.say(messages.ADD) if changes and len(place.inside) < MAXIMUM_ITEMS else "",
            "remove": place.say(messages.REMOVE) if changes else "",
        }


def _posted_count(place: Place, known: int) -> int:
    values: Any = (place.page.posted or {}).get(place.name + COUNT, ())
    text = values[0] if values and isinstance(values[0], str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MAXIMUM_ITEMS)) else known
