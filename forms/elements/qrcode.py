"""QR Code: an image that another device scans (ISO/IEC 18004)."""

from collections.abc import Iterator, Mapping
from io import StringIO
from itertools import groupby
from typing import ClassVar

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from engine.declare import parameter
from engine.errors import Problem
from forms import messages
from forms.element import Element
from forms.place import Place
from forms.template import Template

MAXIMUM_BYTES = 2331
"""What the largest code holds at error correction M (ISO/IEC 18004, table 7)."""

QUIET_ZONE = 4
"""Modules around the code (ISO/IEC 18004, 6.3.8)."""

_MASK = 0
"""Choosing the best of the eight masks takes four times as long, and scanners read them all."""


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
{%- macro code() -%}
<svg class="qrcode" role="img" aria-label="{{ place.say(messages.QR_CODE) }}" \
width="{{ element.size }}" height="{{ element.size }}" \
viewBox="0 0 {{ modules }} {{ modules }}" shape-rendering="crispEdges" xmlns="http://www.w3.org/2000/svg">\
<rect width="{{ modules }}" height="{{ modules }}" fill="#fff"/><path d="{{ path }}" fill="#000"/></svg>
{%- endmacro -%}
{%- if message -%}
<p class="unavailable">{{ message }}</p>
{%- elif secret %}{% call hidden(place, messages.SHOW_CODE, messages.HIDE_CODE) %}{{ code() }}{% endcall %}
{%- else %}{{ code() }}{% endif -%}
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
        """Return the code as the path of an SVG, or the message that stands in its place."""
        filled = place.open(self.content)
        message = _message(filled.text, masked=filled.masked)
        modules, path = (0, "") if message else _drawn(filled.text)
        said = place.say(message) if message else ""
        return {"message": said, "modules": modules, "path": path, "secret": filled.opened}

    def plain(self, place: Place) -> str:
        """Return the code drawn with block characters."""
        filled = place.open(self.content)
        return _message(filled.text, masked=filled.masked) or in_terminal(filled.text)


def in_terminal(content: str) -> str:
    """Return the QR code of `content` drawn with block characters, light on dark as most terminals are."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=2)
    code.add_data(content)
    out = StringIO()
    code.print_ascii(out, invert=True)
    return out.getvalue()


def _message(content: str, *, masked: bool) -> str:
    if masked:
        return messages.QR_HIDDEN
    if not content:
        return messages.QR_NOTHING
    if len(content.encode()) > MAXIMUM_BYTES:
        return messages.QR_TOO_LONG
    return ""


def _drawn(content: str) -> tuple[int, str]:
    """Return the width of the code in modules, quiet zone included, and the dark modules as SVG path data.

    One rectangle for a run of dark modules: the library's own SVG draws each module, in three times the time and size.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE, mask_pattern=_MASK)
    code.add_data(content, optimize=0)
    code.make()
    runs = []
    for y, row in enumerate(code.modules, start=QUIET_ZONE):
        x = QUIET_ZONE
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                runs.append(f"M{x},{y}h{width}v1h-{width}z")
            x += width
    return code.modules_count + 2 * QUIET_ZONE, "".join(runs)
