"""Looks for instances: by process, status, time, parameters and id. Fast where there are hundreds of thousands.

What is found is found in the indexes alone; the rows, which hold the sealed states, are read for one page only. An
instance is found by how a parameter begins that it was started with, such as the external ID of its applicant, however
that is written (see `engine.folding`); and by the beginning of its id.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, union
from sqlalchemy.orm import Session

from engine.folding import LAST
from engine.instances.by_parameter import Parameter, Term, has, owners
from engine.instances.parameters import Digests
from engine.store.models import Base, Definition, Instance, InstanceStatus
from engine.store.paging import After, in_order

MAXIMUM_QUERY = 200
"""How many characters of a search are used."""

_ID = re.compile(r"[0-9a-f]{4,24}")
"""What the beginning of an id looks like; less than that says nothing."""

_LONGEST_KEY = 255

_ROWS = Base.metadata.tables[Instance.__tablename__].c

_Found = Select[tuple[datetime, str]]
_Seen = Callable[[ColumnElement[Any]], ColumnElement[Any]]


def _as_it_is(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


def _aside(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the same value, which no index is over."""
    return func.coalesce(column, column)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which instances are looked for; None is any."""

    definition_key: str | None = None
    version: int | None = None
    status: InstanceStatus | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    query: str = ""
    """How a parameter begins, or the id of an instance."""
    parameter: Parameter | None = None
    """One by its name; with a query, what both find."""
    oldest_first: bool = False


EVERY = Wanted()


def folded(applicant: str) -> str:
    """Return an applicant as those about one user are found."""
    return applicant.casefold()[:_LONGEST_KEY]


def ids(session: Session, wanted: Wanted, after: After | None, limit: int, digests: Digests) -> list[str]:
    """Return the ids of at most `limit` instances that are looked for, in order."""
    several = _several(session, wanted, after, limit, digests)
    if not several:
        return []
    if len(several) == 1:
        return [row.id for row in session.execute(several[0])]
    # Each in the order and limits of its own index; what several find is there once.
    parts = [each.subquery() for each in several]
    together = union(*(select(each.c.created_at, each.c.id) for each in parts)).subquery()
    columns = together.c.created_at, together.c.id
    merged = in_order(select(*columns), *columns, None, oldest=wanted.oldest_first)
    return [row.id for row in session.execute(merged.limit(limit))]


def _several(session: Session, wanted: Wanted, after: After | None, limit: int, digests: Digests) -> list[_Found]:
    """Return the ways that lead to what is looked for."""
    if not wanted.query and wanted.parameter is None:
        return [_page([*_filters(session, wanted, _as_it_is)], wanted, after, limit)]
    term: Term = wanted.parameter or wanted.query
    besides = [_looked_for(wanted.query, digests)] if wanted.parameter is not None and wanted.query else []
    found, filters = owners(session, term, digests), [*_filters(session, wanted, _aside), *besides]
    if found.tokens is None or found.instances is None:
        walked = [*_filters(session, wanted, _aside, _as_it_is), *besides, has(term, digests, found)]
        several = [_page(walked, wanted, after, limit)]
    else:
        several = []
        if found.tokens:
            several.append(_of_tokens(found.tokens, filters, wanted, after, limit))
        if found.instances:
            several.append(_page([_ROWS.id.in_(found.instances), *filters], wanted, after, limit, _aside))
    if isinstance(term, str) and _ID.fullmatch(term.lower()):
        several.append(_page([_begins(_ROWS.id, term.lower()), *filters], wanted, after, limit, _aside))
    return several


def _of_tokens(
    tokens: Sequence[str], filters: list[ColumnElement[bool]], wanted: Wanted, after: After | None, limit: int
) -> _Found:
    if len(tokens) == 1:
        # Of one token, the index is in the order of the list.
        return _page([_ROWS.token_id == tokens[0], *filters], wanted, after, limit)
    return _page([_ROWS.token_id.in_(tokens), *filters], wanted, after, limit, _aside)


def _looked_for(query: str, digests: Digests) -> ColumnElement[bool]:
    return or_(has(query, digests), *([_begins(_ROWS.id, query.lower())] if _ID.fullmatch(query.lower()) else []))


def _page(
    filters: list[ColumnElement[bool]], wanted: Wanted, after: After | None, limit: int, seen: _Seen = _as_it_is
) -> _Found:
    query = select(_ROWS.created_at, _ROWS.id).where(*filters)
    return in_order(query, seen(_ROWS.created_at), seen(_ROWS.id), after, oldest=wanted.oldest_first).limit(limit)


def _filters(session: Session, wanted: Wanted, seen: _Seen, when: _Seen | None = None) -> list[ColumnElement[bool]]:
    # A database that knows nothing of its rows would rather take one of these for its way than what is looked for.
    one, status, created_at = seen(_ROWS.definition_id), seen(_ROWS.status), (when or seen)(_ROWS.created_at)
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


def _begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return column.between(text, text + LAST)
