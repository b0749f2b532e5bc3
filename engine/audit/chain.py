"""The hash chain: each event's hash is over the hash of the event before it and over every column of its own.

    hash = SHA-256(hash of the event before, 32 zero bytes for the first | canonical bytes)

The canonical bytes are each column with its length in four bytes before it, `FF FF FF FF` for none: so that no two rows
give the same bytes. The time is the number of microseconds since 1970, the detail is the bytes of its column.

Who writes holds the write lock of SQLite from `BEGIN IMMEDIATE` on, so the event before is the last one, and stays it.
PostgreSQL has no such lock: there, the transaction takes an advisory lock before it reads the head, both by a function
of the database (`idflow_audit_head`), so that it keeps the lock no longer than it must. It does so as late as it can,
right before its commit, since it keeps the others waiting until it ends; so the order of the events is the order of the
commits.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

FIRST = bytes(32)
"""What stands for the hash of the event before the first."""

_NONE = b"\xff\xff\xff\xff"
_VERSION = b"idflow-audit-1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Return the microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def link(previous: bytes, number: int, at: datetime, texts: Sequence[str | None], detail: bytes) -> bytes:
    """Return the hash of an event; `texts` are its name and the ids of instance, token and user.

    Raises:
        TypeError: when a value is of another type, which only somebody else can have written.

    """
    parts = (previous, _VERSION, str(number).encode(), str(microseconds(at)).encode(), *map(_encode, texts), detail)
    return sha256(b"".join(_NONE if part is None else len(part).to_bytes(4) + part for part in parts)).digest()


def _encode(text: Any) -> bytes | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise TypeError
    return text.encode()
