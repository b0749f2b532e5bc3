"""Checkbox group."""

from typing import ClassVar

from forms.choices import SeveralChoices


class Checklist(SeveralChoices):
    """Asks for any number of options, all of which are seen."""

    type: ClassVar[str] = "checklist"
    name: ClassVar[str] = "Checkbox group"
    icon: ClassVar[str] = "M4 5h4v4H4z M4 15h4v4H4z M12 7h8 M12 17h8"
    html: ClassVar[str] = """
{%- from "parts" import choices -%}
{{ choices(place, view, "checkbox") }}
"""
