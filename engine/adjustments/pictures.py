"""Logos: what they are is decided by their content, and they are written anew, so that nothing else is in the file."""

import warnings
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from engine.adjustments.adjustments import File
from engine.adjustments.branding import Picture
from engine.adjustments.svg import is_svg, read_svg
from engine.errors import Refused

MAXIMUM_LOGO = 256 * 1024
"""How large a file may be, in bytes."""
MAXIMUM_PIXELS = 4_000_000
"""How many pixels it may have: what is larger is not even unpacked."""
MAXIMUM_RATIO = 12
"""How many times wider than high, or higher than wide, a logo may be."""
SHOWN_WIDTH, SHOWN_HEIGHT = 240, 48
"""How large a page shows a logo at most, in pixels of CSS."""
SHARPNESS = 4
"""How many pixels of the file go into one of CSS at most."""

_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_SVG_TYPE = "image/svg+xml"
_ID_LENGTH = 32
_QUALITY = 90


class LogoRefused(Refused):
    """This file cannot be used as a logo."""

    code = "logo-refused"


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo with its file."""

    picture: Picture
    file: File


def read_logo(content: bytes) -> Logo:
    """Return the logo that a file is, PNG, JPEG, WebP or SVG.

    Raises:
        LogoRefused, SvgRefused: when it is none, too large, or has something in it that is not taken.

    """
    if len(content) > MAXIMUM_LOGO:
        raise LogoRefused(f"The file has {len(content) // 1024} kB; {MAXIMUM_LOGO // 1024} kB are allowed.")
    if is_svg(content):
        written, width, height = read_svg(content)
        kind = _SVG_TYPE
    else:
        written, kind, (width, height) = _raster(content)
    if max(width, height) > MAXIMUM_RATIO * min(width, height):
        raise LogoRefused(f"The logo is more than {MAXIMUM_RATIO} times as long as it is wide.")
    scale = min(SHOWN_WIDTH / width, SHOWN_HEIGHT / height)
    if kind != _SVG_TYPE:
        scale = min(scale, 1)
    shown = Picture(
        file=sha256(written).hexdigest()[:_ID_LENGTH],
        width=max(1, round(width * scale)),
        height=max(1, round(height * scale)),
    )
    return Logo(shown, File(shown.file, kind, written))


def _raster(content: bytes) -> tuple[bytes, str, tuple[int, int]]:
    with warnings.catch_warnings():
        # What Pillow says of a file is for programmers; its size is looked at below, before it is unpacked.
        warnings.simplefilter("ignore")
        try:
            with Image.open(BytesIO(content), formats=tuple(_FORMATS)) as opened:
                if opened.width * opened.height > MAXIMUM_PIXELS:
                    raise LogoRefused(
                        f"The picture has {opened.width} by {opened.height} pixels; {MAXIMUM_PIXELS:,} are allowed."
                    )
                kind = opened.format or ""
                upright = ImageOps.exif_transpose(opened)
                return _written(upright, kind), _FORMATS[kind], upright.size
        except (UnidentifiedImageError, Image.DecompressionBombError):
            raise LogoRefused("This is no picture that can be used: save it as PNG, JPEG, WebP or SVG.") from None
        except (OSError, ValueError, SyntaxError, EOFError):
            raise LogoRefused("The picture is damaged: save it once more.") from None


def _written(image: Image.Image, kind: str) -> bytes:
    """Return the pixels as a new file: without remarks, places, profiles, or what was behind the picture."""
    flat = kind == "JPEG" or not image.has_transparency_data
    pixels = image.convert("RGB" if flat else "RGBA")
    pixels.thumbnail((SHOWN_WIDTH * SHARPNESS, SHOWN_HEIGHT * SHARPNESS), Image.Resampling.LANCZOS)
    plain = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    file = BytesIO()
    plain.save(file, kind, **({"optimize": True} if kind == "PNG" else {"quality": _QUALITY}))
    return file.getvalue()
