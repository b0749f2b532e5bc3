"""QR codes (ISO/IEC 18004): as an SVG image, and for terminals."""

import re
from io import StringIO

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

from forms import qr_matrix

MAXIMUM_BYTES = 2331
"""What the largest code holds at error correction M (ISO/IEC 18004, table 7)."""

QUIET_ZONE = 4
"""Modules around the code (ISO/IEC 18004, 6.3.8)."""

_RUN = re.compile(rb"\x01+")
# Written once: a code has hundreds of runs, of few lengths. The widest code has 177 modules (ISO/IEC 18004, 6.3.2).
_BARS = [f"h{length}v1h-{length}z" for length in range(178)]

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
    rows = qr_matrix.rows(content.encode())
    path = [
        f"M{start + QUIET_ZONE},{y}{_BARS[end - start]}"
        for y, row in enumerate(rows, start=QUIET_ZONE)
        for start, end in map(re.Match.span, _RUN.finditer(row))
    ]
    return len(rows) + 2 * QUIET_ZONE, "".join(path)
