"""Copy: a button that copies a text."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms.element import Element
from forms.page import Page


class Copy(Element):
    """Copies a text to the clipboard; without JavaScript the text is there to be copied by hand.

    A secret is hidden until the end user asks for it. The button needs a script, which takes its `hidden` away and says
    in the place next to it that the text was copied.
    """

    type: ClassVar[str] = "copy"
    name: ClassVar[str] = "Copy"
    group: ClassVar[str] = "Buttons"
    opens: ClassVar[tuple[str, ...]] = ("default_value",)
    fills: ClassVar[tuple[str, ...]] = ("label",)
    hands_over: ClassVar[bool] = True
    html: ClassVar[str] = """
{%- from "parts" import hidden -%}
{%- if text -%}
<button type="button" class="button secondary" data-copy="{{ text }}" hidden>{{ label }}</button>
<noscript><p class="label">{{ label }}</p></noscript>
<span class="copied" role="status"></span>
{% if secret %}{% call hidden("the text") %}<code>{{ text }}</code>{% endcall %}
{% else %}<code>{{ text }}</code>{% endif %}
{%- else -%}
<p class="unavailable">{{ label }}: there is nothing to copy.</p>
{%- endif -%}
"""

    label: str = parameter("UI Label", required=True, help="A label that is shown to the end user.")
    default_value: str = parameter(
        "Default Value", required=True, help="What is copied to the end user's clipboard when the button is pressed."
    )

    def view(self, page: Page) -> Mapping[str, object]:
        """Return label and text; a text that is masked cannot be copied."""
        filled = page.open(self.templates["default_value"])
        text = "" if filled.masked else filled.text
        return {"label": page.fill(self.templates["label"]).text, "text": text, "secret": filled.opened}

    def plain(self, page: Page) -> str:
        """Return label and text."""
        view = self.view(page)
        return f"{view['label']}: {view['text'] or 'there is nothing to copy.'}"
