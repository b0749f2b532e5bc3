"""Button: sends the form, or empties it again."""

from collections.abc import Mapping
from typing import ClassVar

from engine.declare import parameter
from forms.element import Element
from forms.place import Place
from forms.template import Template


class Button(Element):
    """Sends the form, or puts it back to what it was at first."""

    type: ClassVar[str] = "button"
    name: ClassVar[str] = "Button"
    group: ClassVar[str] = "Buttons"
    icon: ClassVar[str] = "M3 8h18v8H3z M8 12h8"
    submits: ClassVar[bool] = True
    passed_over: ClassVar[frozenset[str]] = frozenset({"key"})
    html: ClassVar[str] = (
        '<button type="{{ element.action }}" '
        "class=\"button {{ 'primary' if element.action == 'submit' else 'secondary' }}\""
        '{{ " disabled" if element.disabled }}>{{ label }}</button>'
    )

    label: Template = parameter("UI Label", default="Submit", help="What the button does, in a word or two.")
    action: str = parameter(
        "Action", default="submit", choices=("submit", "reset"), help="Send the form, or start again."
    )
    disabled: bool = parameter("Disabled", default=False, section="Condition", help="Shown, and does nothing.")

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the label with its values."""
        return {"label": place.text(self.label)}

    def plain(self, place: Place) -> str:  # noqa: ARG002 - there is no button to read
        """Return nothing: whoever reads the form in a terminal sends it by answering."""
        return ""
