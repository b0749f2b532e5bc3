"""Group: elements that belong together."""

from collections.abc import Mapping
from typing import ClassVar

from forms.container import Container
from forms.place import Place


class Group(Container):
    """Elements that belong together."""

    type: ClassVar[str] = "group"
    name: ClassVar[str] = "Group"
    group: ClassVar[str] = "Layout"
    icon: ClassVar[str] = "M3 5h18v14H3z M7 9h10v6H7z"
    html: ClassVar[str] = """
{%- if label -%}
<fieldset class="{{ classes }}"><legend>{{ label }}</legend>
{{ place.rows[0] }}
</fieldset>
{%- else -%}
<div class="{{ classes }}">
{{ place.rows[0] }}
</div>
{%- endif -%}
"""

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the label, and how it looks."""
        alignment = f" align-{self.vertical_alignment}" if self.vertical_alignment != "end" else ""
        outline = " outlined" if self.show_outline else ""
        return {**super().view(place), "classes": f"group{alignment}{outline}"}
