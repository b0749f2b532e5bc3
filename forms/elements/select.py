"""Select: one of many options."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms.choices import OneChoice
from forms.place import Place


class Select(OneChoice):
    """Asks for one of many options, in a list that opens."""

    type: ClassVar[str] = "select"
    name: ClassVar[str] = "Select"
    icon: ClassVar[str] = "M3 7h18v10H3z M14 11l2 2 2-2"
    html: ClassVar[str] = """
{%- from "parts" import field, state -%}
{% call field(place, view) -%}
<select id="{{ place.anchor }}" name="{{ place.name }}"{{ " disabled" if locked }}{{ state(view) }}>
<option value="">{{ place.say(messages.CHOOSE) }}</option>
{% for option in options if option.value %}
<option value="{{ option.value }}"{{ " selected" if option.chosen }}>{{ option.label }}</option>
{% endfor %}
</select>
{%- endcall %}
"""

    searchable: bool = parameter(
        "Searchable",
        default=False,
        section="Appearance",
        help="Browsers let people type the first letters in any case.",
    )

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what is shown; HTML knows no `readonly` here."""
        return {**super().view(place), "readonly": False}
