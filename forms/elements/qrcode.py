"""QR Code: an image that another device scans (ISO/IEC 18004)."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from engine.declare import parameter
from engine.errors import Problem
from forms import messages
from forms.element import Element
from forms.place import Place
from forms.qr import MAXIMUM_BYTES, in_terminal, svg
from forms.template import Template


class QrCode(Element):
    """Shows a text as a QR code. A secret in it is hidden until the end user asks for it."""

    type: ClassVar[str] = "qrcode"
    name: ClassVar[str] = "QR Code"
    group: ClassVar[str] = "Images"
    icon: ClassVar[str] = "M4 4h6v6H4z M14 4h6v6h-6z M4 14h6v6H4z M14 14h2v2h-2z M18 18h2v2h-2z"
    opens: ClassVar[tuple[str, ...]] = ("content",)
    hands_over: ClassVar[bool] = True
    html: ClassVar[str] = """
{%- from "parts" import hidden -%}
{%- if message -%}
<p class="unavailable">{{ message }}</p>
{%- elif secret %}{% call hidden(place, messages.SHOW_CODE, messages.HIDE_CODE) %}{{ code }}{% endcall %}
{%- else %}{{ code }}{% endif -%}
"""

    content: Template = parameter("QR Content", required=True, help="What a device reads when it scans the code.")
    size: int = parameter("Size", default=240, minimum=120, maximum=600, help="Width and height, in CSS pixels.")

    def check(self) -> Iterator[Problem]:
        """Find a content that no code can hold, whatever its placeholders stand for."""
        yield from super().check()
        size = sum(len(part.encode()) for part in self.content.parts if isinstance(part, str))
        if size > MAXIMUM_BYTES:
            message = f"QR Content has {size} bytes; a QR code holds {MAXIMUM_BYTES}."
            yield Problem("form.qr-too-long", message, "Shorten it, or show a link to the content.")

    def view(self, place: Place) -> Mapping[str, object]:
        """Return the code as an SVG, or the message that stands in its place."""
        filled = place.open(self.content)
        message = _message(filled.text, masked=filled.masked)
        code = None if message else svg(filled.text, place.say(messages.QR_CODE), self.size)
        return {"message": place.say(message) if message else "", "code": code, "secret": filled.opened}

    def plain(self, place: Place) -> str:
        """Return the code drawn with block characters."""
        filled = place.open(self.content)
        return _message(filled.text, masked=filled.masked) or in_terminal(filled.text)


def _message(content: str, *, masked: bool) -> str:
    if masked:
        return messages.QR_HIDDEN
    if not content:
        return messages.QR_NOTHING
    if len(content.encode()) > MAXIMUM_BYTES:
        return messages.QR_TOO_LONG
    return ""
