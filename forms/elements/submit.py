"""Submit: the button that sends the form."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms.element import Element
from forms.place import Place
from forms.template import Template


class Submit(Element):
    """Sends the form and continues the journey."""

    type: ClassVar[str] = "submit"
    name: ClassVar[str] = "Submit"
    group: ClassVar[str] = "Buttons"
    icon: ClassVar[str] = "M3 8h18v8H3z M7 12h9 M13 9l3 3-3 3"
    submits: ClassVar[bool] = True
    create: ClassVar[Mapping[str, object]] = {"label": "Submit"}
    html: ClassVar[str] = '<button type="submit" class="button primary">{{ label }}</button>'

    label: Template = parameter("UI Label", default="Submit", help="What the button does, in a word or two.")

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the label with its values."""
        return {"label": place.text(self.label)}

    def plain(self, place: Place) -> str:  # noqa: ARG002 - there is no button to read
        """Return nothing: whoever reads the form in a terminal sends it by answering."""
        return ""
