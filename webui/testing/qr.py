"""What a device reads from a QR code on a page."""

import re
from importlib import import_module
from typing import Any

from lxml import etree

from webui.testing.failures import JourneyFailed

_SCALE = 4
"""Pixels a module."""

_RUN = re.compile(r"M(\d+),(\d+)h(\d+)v1h-\3z")


def scan(page: etree._Element, element_id: str | None) -> str:
    """Return the content of the QR code of a form element, or of the only one on the page.

    Raises:
        JourneyFailed: when there is none, nothing can be read, or no decoder is installed.

    """
    __tracebackhide__ = True
    codes = page.xpath("//svg[@class='qrcode']")
    if element_id is not None:
        codes = [each for box in page.xpath("//*[@id=$id]", id=f"element-{element_id}") for each in box.xpath(".//svg")]
    if len(codes) != 1:
        where = "on the page" if element_id is None else f"in the element {element_id!r}"
        raise JourneyFailed(f"There should be one QR code {where}, and there are {len(codes)}.")
    return _read(codes[0])


def _read(svg: etree._Element) -> str:
    __tracebackhide__ = True
    decoder, images, drawing = (_needed(each) for each in ("zxingcpp", "PIL.Image", "PIL.ImageDraw"))
    width = int((svg.get("viewbox") or svg.get("viewBox") or "0 0 0 0").split()[2])
    # The code as the page has it: its own background is part of what a camera sees.
    background = 255 if svg.xpath("./rect[@fill='#fff']") else 128
    image = images.new("L", (width * _SCALE, width * _SCALE), background)
    draw = drawing.Draw(image)
    for path in svg.iter("path"):
        for x, y, run in _RUN.findall(path.get("d", "")):
            left, top, right = int(x) * _SCALE, int(y) * _SCALE, (int(x) + int(run)) * _SCALE
            draw.rectangle((left, top, right - 1, top + _SCALE - 1), fill=0)
    # Of other kinds, the decoder finds one by chance in one of some hundred QR codes.
    found = decoder.read_barcodes(image, formats=decoder.BarcodeFormat.QRCode)
    if len(found) != 1:
        raise JourneyFailed("No device could read this QR code.")
    return str(found[0].text)


def _needed(module: str) -> Any:
    __tracebackhide__ = True
    try:
        return import_module(module)
    except ImportError:
        raise JourneyFailed(
            "To read a QR code from a page takes a decoder: pip install 'idflow[testing]'. In the mode without pages, "
            "`journey`, none is needed."
        ) from None
