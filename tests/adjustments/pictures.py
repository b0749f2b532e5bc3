"""Pictures for tests."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (120, 40), colour: Any = (120, 20, 60), **options: Any) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **options)
    return file.getvalue()


def svg(inside: str = '<rect width="120" height="40" fill="#7a143c"/>', attributes: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" {attributes}>{inside}</svg>'.encode()
