"""Copy: a button that copies a text."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms import messages
from forms.element import Element
from forms.place import Place
from forms.template import Template


class Copy(Element):
    """Copies a text to the clipboard; without JavaScript the text is there to be copied by hand.

    A secret is hidden until the end user asks for it. The button needs a script, which takes its `hidden` away and says
    in the place next to it that the text was copied.
    """

    type: ClassVar[str] = "copy"
    name: ClassVar[str] = "Copy"
    group: ClassVar[str] = "Buttons"
    icon: ClassVar[str] = "M9 9h11v11H9z M5 15H4V4h11v1"
    opens: ClassVar[tuple[str, ...]] = ("default_value",)
    hands_over: ClassVar[bool] = True
    html: ClassVar[str] = """
{%- from "parts" import hidden -%}
{%- if text -%}
<button type="button" class="button secondary" data-copy="{{ text }}" hidden>{{ label }}</button>
<noscript><p class="label">{{ label }}</p></noscript>
<span class="copied" role="status"></span>
{% if secret %}{% call hidden(place, messages.SHOW_TEXT, messages.HIDE_TEXT) -%}
<code dir="ltr">{{ text }}</code>{% endcall %}
{% else %}<code dir="ltr">{{ text }}</code>{% endif %}
{%- else -%}
<p class="unavailable">{{ place.say(messages.COPY_NOTHING, label=label) }}</p>
{%- endif -%}
"""

    label: Template = parameter("UI Label", required=True, help="A label that is shown to the end user.")
    default_value: Template = parameter(
        "Default Value", required=True, help="What is copied to the end user's clipboard when the button is pressed."
    )

    def view(self, place: Place) -> Mapping[str, object]:
        """Return label and text; a text that is masked cannot be copied."""
        filled = place.open(self.default_value)
        text = "" if filled.masked else filled.text
        return {"label": place.text(self.label), "text": text, "secret": filled.opened}

    def plain(self, place: Place) -> str:
        """Return label and text."""
        view = self.view(place)
        if not view["text"]:
            return place.say(messages.COPY_NOTHING, label=view["label"])
        return f"{view['label']}: {view['text']}"
