"""Scanning a QR code on a page as a device does."""

import re

import zxingcpp
from PIL import Image, ImageDraw

_SCALE = 4
"""Pixels a module."""


def read(image: Image.Image) -> list[str]:
    """Return what the QR codes say; of other kinds, the decoder finds one by chance in one of some hundred of these."""
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [found.text for found in zxingcpp.read_barcodes(image, formats=formats)]


def scanned(svg: str) -> str:
    """Draw the path of the code, on the background that the SVG gives it, and scan it."""
    (width,) = map(int, re.findall(r'viewBox="0 0 (\d+) \d+"', svg))
    image = Image.new("L", (width * _SCALE, width * _SCALE), 128)
    draw = ImageDraw.Draw(image)
    assert f'<rect width="{width}" height="{width}" fill="#fff"/>' in svg
    draw.rectangle((0, 0, width * _SCALE, width * _SCALE), fill=255)
    for x, y, run in re.findall(r"M(\d+),(\d+)h(\d+)v1h-\3z", svg):
        left, top, right = int(x) * _SCALE, int(y) * _SCALE, (int(x) + int(run)) * _SCALE
        draw.rectangle((left, top, right - 1, top + _SCALE - 1), fill=0)
    (code,) = read(image)
    return code
