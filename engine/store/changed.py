"""How many rows a statement changed: of two who use one row up, the second finds nothing to change."""

from typing import Any

from sqlalchemy import CursorResult, Result


def changed(done: Result[*tuple[Any, ...]]) -> int:
    """Return how many rows an UPDATE or DELETE changed.

    Raises:
        TypeError: when the statement only reads.

    """
    if not isinstance(done, CursorResult):
        raise TypeError("Only a statement that writes has changed rows.")
    return done.rowcount
