"""Spacer: empty space."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms.element import Element
from forms.place import Place


class Spacer(Element):
    """Empty space."""

    type: ClassVar[str] = "spacer"
    name: ClassVar[str] = "Spacer"
    group: ClassVar[str] = "Layout"
    icon: ClassVar[str] = "M4 4h16 M4 20h16 M12 8v8"
    create: ClassVar[Mapping[str, object]] = {"height": 60}
    # An image without content has any height; a style attribute would be refused by the browser.
    html: ClassVar[str] = '<svg class="spacer" width="1" height="{{ element.height }}" aria-hidden="true"></svg>'

    height: int = parameter("Height", default=60, minimum=1, maximum=500, help="In CSS pixels.")

    def view(self, place: Place) -> Mapping[str, object]:  # noqa: ARG002 - always the same
        """Return nothing."""
        return {}

    def plain(self, place: Place) -> str:  # noqa: ARG002 - always the same
        """Return nothing."""
        return ""
