"""QR codes (ISO/IEC 18004): as an SVG image, and for terminals."""

import re

import zxingcpp
from markupsafe import Markup

MAXIMUM_BYTES = 2329
"""What the largest code holds at error correction M (ISO/IEC 18004, table 7), less what says that it is UTF-8."""

QUIET_ZONE = 4
"""Modules around the code (ISO/IEC 18004, 6.3.8)."""

_DARK = 0
_RUN = re.compile(rb"\x00+")
_BLOCKS = {(True, True): "\u2588", (True, False): "\u2580", (False, True): "\u2584", (False, False): "\u00a0"}
_TERMINAL_ZONE = 2

_SVG = Markup(
    '<svg class="qrcode" role="img" aria-label="{label}" width="{size}" height="{size}" '
    'viewBox="0 0 {modules} {modules}" shape-rendering="crispEdges" xmlns="http://www.w3.org/2000/svg">'
    '<rect width="{modules}" height="{modules}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
)


def svg(content: str, label: str, size: int) -> Markup:
    """Return the code of `content` as an SVG element with a white quiet zone; `size` is in CSS pixels."""
    rows = _modules(content)
    # One rectangle for a run of dark modules: a third of the size of one for each module.
    path = "".join(
        f"M{run.start() + QUIET_ZONE},{y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows, start=QUIET_ZONE)
        for run in _RUN.finditer(row)
    )
    return _SVG.format(label=label, size=size, modules=len(rows) + 2 * QUIET_ZONE, path=path)


def in_terminal(content: str) -> str:
    """Return the QR code of `content` drawn with block characters, light on dark as most terminals are."""
    rows = _modules(content)
    blank = [False] * _TERMINAL_ZONE
    wide = [[*blank, *(each == _DARK for each in row), *blank] for row in rows]
    empty = [[False] * len(wide[0])] * _TERMINAL_ZONE
    # Two rows are one line; what is below the last one is light, too.
    drawn = [*empty, *wide, *empty, *empty]
    pairs = zip(drawn[::2], drawn[1::2], strict=False)
    return "".join(
        "".join(_BLOCKS[not upper, not lower] for upper, lower in zip(*pair, strict=True)) + "\n" for pair in pairs
    )


def _modules(content: str) -> list[bytes]:
    """Return the rows of the code, a byte for each module: 0 is dark."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = memoryview(code.to_image(add_quiet_zones=False))
    (width, _), pixels = image.shape, image.tobytes()
    return [pixels[start : start + width] for start in range(0, len(pixels), width)]
