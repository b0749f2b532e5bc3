"""Pages of a list that goes from the newest row to the oldest; a page begins after the last row of the one before."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_

from engine.store.backend import BY_VALUES

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WRITTEN = re.compile(r"([0-9]{1,17})-([0-9a-zA-Z]{1,24})", re.ASCII)

Row = TypeVar("Row")
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class After:
    """The row after which a page begins. As text it goes into an address: `1768469400000000-5f3c…`."""

    at: datetime
    id: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return what was written as text; None for anything else, which begins the list anew."""
        found = _WRITTEN.fullmatch(text)
        return cls(_EPOCH + int(found[1]) * _MICROSECOND, found[2]) if found else None

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.id}"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list."""

    rows: tuple[Row, ...]
    next: After | None
    """After which row the next page begins; None: this is the last one."""


def in_order(
    query: Query,
    created_at: ColumnElement[datetime],
    identifier: ColumnElement[str],
    after: After | None,
    *,
    oldest: bool = False,
) -> Query:
    """Return the query with the newest rows first, or the oldest; beginning after a row, which an index finds.

    An index over both columns serves either order, and a page far behind as well as the first. What else the query
    asks for decides whether that is the shortest way: it is planned for its values.
    """
    query = query.execution_options(**BY_VALUES)
    if after is not None:
        here = tuple_(created_at, identifier)
        row = tuple_(literal(after.at, created_at.type), literal(after.id, identifier.type))
        query = query.where(here > row if oldest else here < row)
    if oldest:
        return query.order_by(created_at, identifier)
    return query.order_by(created_at.desc(), identifier.desc())
