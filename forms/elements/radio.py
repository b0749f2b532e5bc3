"""Radio group."""

from typing import ClassVar

from forms.choices import OneChoice


class Radio(OneChoice):
    """Asks for one of a few options, all of which are seen."""

    type: ClassVar[str] = "radio"
    name: ClassVar[str] = "Radio group"
    icon: ClassVar[str] = "M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16 M12 10a2 2 0 1 0 0 4a2 2 0 1 0 0-4"
    html: ClassVar[str] = """
{%- from "parts" import choices -%}
{{ choices(place, view, "radio") }}
"""
