"""Addresses that pages of end users link to."""

import re
from typing import Self
from urllib.parse import urlsplit

from engine.declare import ParameterInvalid

MAXIMUM_LINK = 500
"""In characters."""

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_MAIL = re.compile(r"mailto:[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+(\?subject=[A-Za-z0-9%._~-]*)?")


class Link(str):
    """An address that is opened by a click: `https://…` or `mailto:…`, and nothing that could run."""

    __slots__ = ()

    @classmethod
    def convert(cls, value: object) -> Self:
        """Return the address that is written; raises `ParameterInvalid`."""
        text = value.strip() if isinstance(value, str) else ""
        if len(text) > MAXIMUM_LINK:
            raise ParameterInvalid(f"An address has at most {MAXIMUM_LINK} characters, not {len(text)}.")
        if not (text.isascii() and text.isprintable()) or not (_MAIL.fullmatch(text) or _is_https(text)):
            raise ParameterInvalid("Write an address that begins with https:// or mailto:, without spaces.")
        return cls(text)


def _is_https(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    plain = not any(each in text for each in " <>\"'\\`{}|^")
    # A name before an @ would look like the host to whoever reads it.
    return plain and text.startswith("https://") and bool(_HOST.fullmatch(host))
