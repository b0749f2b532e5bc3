"""Checkbox: one yes or no."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from engine.variables import Kind
from forms.input import Input, Values
from forms.place import Place

ON = "true"
"""What a browser posts for a box that is checked."""


class Checkbox(Input):
    """Asks for one yes or no."""

    type: ClassVar[str] = "checkbox"
    name: ClassVar[str] = "Checkbox"
    group: ClassVar[str] = "Selection"
    icon: ClassVar[str] = "M4 4h16v16H4z M8 12l3 3 5-6"
    empty: ClassVar[bool] = False
    answer: ClassVar[Kind] = "boolean"
    html: ClassVar[str] = """
{%- from "parts" import notes, state -%}
<div class="field check{{ ' invalid' if view.errors }}">
{{ notes(place, view) -}}
<div class="option"><input id="{{ place.anchor }}" name="{{ place.name }}" type="checkbox" value="true"\
{{ " checked" if checked }}{{ " disabled" if readonly and not view.disabled }}{{ state(view) }}>
<label for="{{ place.anchor }}">{{ label }}</label></div>
</div>
"""

    default_value: bool = parameter("Default value", default=False, help="Whether the box is checked at first.")

    def default(self, place: Place) -> bool:  # noqa: ARG002 - always the same
        """Return what the form's author wrote."""
        return self.default_value

    def initial(self, place: Place, known: object) -> bool:  # noqa: ARG002 - the same everywhere
        """Return whether it was checked."""
        return known is True

    def take(self, place: Place, values: Values) -> bool:  # noqa: ARG002 - the same everywhere
        """Return whether it is checked: a box that is not sends nothing."""
        return isinstance(values, list | tuple) and any(each in (ON, "on") for each in values[:1])

    def is_missing(self, value: object) -> bool:
        """Tell whether it is not checked."""
        return value is not True

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what is shown."""
        return {**super().view(place), "checked": place.value is True}
