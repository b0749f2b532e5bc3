"""Submit: the button that sends the form."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms.element import Element
from forms.page import Page


class Button(Element):
    """Sends the form and continues the journey."""

    type: ClassVar[str] = "button"
    name: ClassVar[str] = "Submit"
    group: ClassVar[str] = "Buttons"
    fills: ClassVar[tuple[str, ...]] = ("label",)
    submits: ClassVar[bool] = True
    html: ClassVar[str] = '<button type="submit" class="button primary">{{ label }}</button>'

    label: str = parameter("UI Label", default="Submit", help="What the button does, in a word or two.")
    action: str = parameter("Action", default="submit", choices=("submit",), help="A form cannot be reset.")

    def view(self, page: Page) -> Mapping[str, object]:
        """Return the label with its values."""
        return {"label": page.fill(self.templates["label"]).text}

    def plain(self, page: Page) -> str:  # noqa: ARG002 - there is no button to read
        """Return nothing: whoever reads the form in a terminal sends it by answering."""
        return ""
