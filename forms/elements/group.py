"""Group: elements that belong together."""

from typing import ClassVar

from forms.container import Container


class Group(Container):
    """Elements that belong together."""

    type: ClassVar[str] = "group"
    name: ClassVar[str] = "Group"
    group: ClassVar[str] = "Layout"
    icon: ClassVar[str] = "M3 5h18v14H3z M7 9h10v6H7z"
    html: ClassVar[str] = """
{%- if label -%}
<fieldset class="group{{ ' outlined' if element.show_outline }}"><legend>{{ label }}</legend>
{{ place.rows[0] }}
</fieldset>
{%- else -%}
<div class="group{{ ' outlined' if element.show_outline }}">
{{ place.rows[0] }}
</div>
{%- endif -%}
"""
