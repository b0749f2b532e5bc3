"""Tag list."""

from typing import ClassVar

from forms.choices import SeveralChoices


class TagList(SeveralChoices):
    """Asks for any number of many options; a long list can be searched."""

    type: ClassVar[str] = "taglist"
    name: ClassVar[str] = "Tag list"
    icon: ClassVar[str] = "M4 8h10l5 4-5 4H4z M8 12h.01"
    html: ClassVar[str] = """
{%- from "parts" import choices -%}
{{ choices(place, view, "checkbox", searched=true) }}
"""
