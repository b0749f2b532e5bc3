"""QR codes (ISO/IEC 18004): as an SVG image, and for terminals."""

from io import StringIO
from itertools import groupby

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

MAXIMUM_BYTES = 2331
"""What the largest code holds at error correction M (ISO/IEC 18004, table 7)."""

QUIET_ZONE = 4
"""Modules around the code (ISO/IEC 18004, 6.3.8)."""

_MASK = 0
"""Choosing the best of the eight masks takes four times as long, and scanners read them all."""

_SVG = Markup(
    '<svg class="qrcode" role="img" aria-label="{label}" width="{size}" height="{size}" '
    'viewBox="0 0 {modules} {modules}" shape-rendering="crispEdges" xmlns="http://www.w3.org/2000/svg">'
    '<rect width="{modules}" height="{modules}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
)


def svg(content: str, label: str, size: int) -> Markup:
    """Return the code of `content` as an SVG element with a white quiet zone; `size` is in CSS pixels."""
    modules, path = _drawn(content)
    return _SVG.format(label=label, size=size, modules=modules, path=path)


def in_terminal(content: str) -> str:
    """Return the QR code of `content` drawn with block characters, light on dark as most terminals are."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=2)
    code.add_data(content)
    out = StringIO()
    code.print_ascii(out, invert=True)
    return out.getvalue()


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
