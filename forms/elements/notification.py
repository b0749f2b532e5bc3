"""Notification: a message that stands out."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms import messages
from forms.element import Element
from forms.place import Place
from forms.template import LongText

_WORDS = {"success": messages.SUCCESS, "error": messages.ERROR, "warning": messages.WARNING}


class Notification(Element):
    """A message that stands out: that something worked, failed or needs care. Screen readers say it at once."""

    type: ClassVar[str] = "notification"
    name: ClassVar[str] = "Notification"
    group: ClassVar[str] = "Text"
    icon: ClassVar[str] = "M12 3l9 17H3z M12 10v4 M12 17h.01"
    # Closing and hiding need a script, which takes the `hidden` of the button away; without one the message stays.
    html: ClassVar[str] = """
{%- if text -%}
<div class="notification {{ element.kind }}" role="{{ 'alert' if element.kind == 'error' else 'status' }}"\
{% if element.hide_after %} data-hide-after="{{ element.hide_after }}"{% endif %}>
<p><span class="visually-hidden">{{ word }} </span>\
{% for line in text.splitlines() %}{{ line }}{% if not loop.last %}<br>{% endif %}{% endfor %}</p>
{% if element.closable %}\
<button type="button" class="close" data-close hidden>{{ place.say(messages.CLOSE) }}</button>{% endif %}

</div>
{%- endif -%}
"""

    text: LongText = parameter("Text", required=True, help="What it says; where it is empty, nothing is shown.")
    kind: str = parameter("Kind", default="success", choices=("success", "error", "warning"), help="How it looks.")
    closable: bool = parameter("Closable", default=False, help="Whether the person can close it.")
    hide_after: int | None = parameter(
        "Hide after", minimum=3, maximum=600, help="In seconds; empty shows it as long as the page is open."
    )

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the text and the word that says what kind it is."""
        return {"text": place.text(self.text).strip(), "word": place.say(_WORDS[self.kind])}

    def plain(self, place: Place) -> str:
        """Return the text."""
        text = place.text(self.text).strip()
        return text and f"{_WORDS[self.kind]} {text}"
