"""Separator: a line between what belongs apart."""

from collections.abc import Mapping
from typing import ClassVar

from forms.element import Element
from forms.place import Place


class Separator(Element):
    """A line between what belongs apart."""

    type: ClassVar[str] = "separator"
    name: ClassVar[str] = "Separator"
    group: ClassVar[str] = "Layout"
    icon: ClassVar[str] = "M3 12h18"
    html: ClassVar[str] = "<hr>"

    def view(self, place: Place) -> Mapping[str, object]:  # noqa: ARG002 - always the same
        """Return nothing."""
        return {}

    def plain(self, place: Place) -> str:  # noqa: ARG002 - always the same
        """Return a line."""
        return "-" * 20
