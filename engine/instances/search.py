"""Looks for instances: by process, status, time, applicant and id. Fast where there are hundreds of thousands.

What is found is found in the indexes alone; the rows, which hold the sealed states, are read for one page only. An
applicant is found by the beginning of their external ID, however it is written in small and capital letters; an
instance by the beginning of its id.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.orm import Session

from engine.store import Base, Definition, Instance
from engine.store.models import InstanceStatus
from engine.store.paging import After, in_order

MAXIMUM_QUERY = 200
"""How many characters of a search are used."""

_ID = re.compile(r"[0-9a-f]{4,24}")
"""What the beginning of an id looks like; less than that says nothing."""

_LAST = "\U0010ffff"
"""Sorts after every other character."""

_LONGEST_KEY = 255

_ROWS = Base.metadata.tables[Instance.__tablename__].c

_Found = Select[tuple[datetime, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which instances are looked for; None is any."""

    definition_key: str | None = None
    version: int | None = None
    status: InstanceStatus | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    query: str = ""
    """The beginning of an external ID, or of the id of an instance."""
    oldest_first: bool = False


EVERY = Wanted()


def folded(applicant: str) -> str:
    """Return an applicant as it is looked for."""
    return applicant.casefold()[:_LONGEST_KEY]


def ids(session: Session, wanted: Wanted, after: After | None, limit: int) -> list[str]:
    """Return the ids of at most `limit` instances that are looked for, in order."""
    filters = [*_filters(session, wanted)]
    if not wanted.query:
        found = [row.id for row in session.execute(_page(filters, wanted, after, limit))]
    else:
        several = [_page([*filters, each], wanted, after, limit).subquery() for each in _searched(wanted.query)]
        # Each in the order and limits of its own index; what both find is there once.
        both = union(*(select(each.c.created_at, each.c.id) for each in several)).subquery()
        merged = in_order(
            select(both.c.created_at, both.c.id), both.c.created_at, both.c.id, None, oldest=wanted.oldest_first
        )
        found = [row.id for row in session.execute(merged.limit(limit))]
    return found


def _page(filters: list[ColumnElement[bool]], wanted: Wanted, after: After | None, limit: int) -> _Found:
    query = select(_ROWS.created_at, _ROWS.id).where(*filters)
    return in_order(query, _ROWS.created_at, _ROWS.id, after, oldest=wanted.oldest_first).limit(limit)


def _filters(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    # A database that knows nothing of its rows would rather take one of these for its way than the text.
    one, status, created_at = map(
        _aside if wanted.query else _as_it_is, (_ROWS.definition_id, _ROWS.status, _ROWS.created_at)
    )
    filters = []
    if wanted.definition_key is not None or wanted.version is not None:
        named = {Definition.key: wanted.definition_key, Definition.version: wanted.version}
        these = select(Definition.id).where(*(column == value for column, value in named.items() if value is not None))
        versions = session.scalars(these).all()
        # Of one version, the index is in the order of the list.
        filters.append(one == versions[0] if len(versions) == 1 else one.in_(versions))
    if wanted.status is not None:
        filters.append(status == wanted.status.value)
    if wanted.created_from is not None:
        filters.append(created_at >= wanted.created_from)
    if wanted.created_before is not None:
        filters.append(created_at < wanted.created_before)
    return filters


def _as_it_is(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


def _aside(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the same value, which no index is over."""
    return func.coalesce(column, column)


def _searched(query: str) -> list[ColumnElement[bool]]:
    key = folded(query)
    found = [_begins(_ROWS.applicant_key, key)]
    if _ID.fullmatch(query.lower()):
        found.append(_begins(_ROWS.id, query.lower()))
    return found


def _begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return column.between(text, text + _LAST)
