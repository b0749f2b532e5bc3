"""What a sealed value is made of, as far as it can be seen without a key; see `engine.identity.vault`."""

from engine import audit

HEADER_BYTES = 5
"""The version and the id of the data key."""

VERSION = 1

_SHOWN_PARTS = 4


def header_of(number: int) -> bytes:
    """Return what every value begins with that was sealed with this data key."""
    return bytes([VERSION]) + number.to_bytes(HEADER_BYTES - 1)


def place(bound_to: bytes) -> str:
    """Return the names and ids at the beginning of associated data, for people."""
    parts: list[str] = []
    while bound_to and len(parts) < _SHOWN_PARTS:
        end = 4 + int.from_bytes(bound_to[:4])
        parts.append(bound_to[4:end].decode(errors="replace"))
        bound_to = bound_to[end:]
    return " ".join(parts)[: audit.MAXIMUM_TEXT]
