"""Dynamic list: the same elements once for each item."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms.container import Repeating


class DynamicList(Repeating):
    """The same elements once for each item of a list, which the person may make longer."""

    type: ClassVar[str] = "dynamiclist"
    name: ClassVar[str] = "Dynamic list"
    group: ClassVar[str] = "Layout"
    icon: ClassVar[str] = "M3 5h18v5H3z M3 14h18v5H3z"
    create: ClassVar[Mapping[str, object]] = {"isRepeating": True, "allowAddRemove": True, "defaultRepetitions": 1}
    # The buttons work without a script: the page is sent, changed and shown again, and nothing is checked.
    html: ClassVar[str] = """
<fieldset class="list{{ ' outlined' if element.show_outline }}" id="{{ place.anchor }}" tabindex="-1">
{% if label %}<legend>{{ label }}</legend>{% endif %}

<input type="hidden" name="{{ count }}" value="{{ place.inside|length }}">
{% for row in place.rows %}
<div class="item" role="group" aria-label="{{ label }} {{ loop.index }}">
{{ row }}
{% if remove %}
<button type="submit" class="button quiet" name="form-action" \
value="remove:{{ place.name }}[{{ loop.index0 }}]" formnovalidate>{{ remove }}\
<span class="visually-hidden"> {{ label }} {{ loop.index }}</span></button>
{% endif %}
</div>
{% endfor %}
{% if add %}
<button type="submit" class="button quiet" name="form-action" value="add:{{ place.name }}" formnovalidate>\
{{ add }}<span class="visually-hidden"> {{ label }}</span></button>
{% endif %}
</fieldset>
"""

    is_repeating: bool = parameter("Repeats", default=True, section="Editor")
    disable_collapse: bool = parameter("Disable collapse", default=True, section="Editor")
    non_collapsed_items: int | None = parameter("Non-collapsed items", section="Editor")
