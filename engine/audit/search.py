"""Looks for events, the latest first, and hands all of them on in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session

from engine.audit.events import BATCH, COLUMNS
from engine.store import AuditEvent, Base
from engine.store.sql import json_text

_ACCOUNTS = ("account", "by")
"""Where the detail of an event names who did it."""

_DETAIL = Base.metadata.tables[AuditEvent.__tablename__].c.detail


@dataclass(frozen=True, slots=True)
class WantedEvents:
    """What is looked for; None is any."""

    event: str | None = None
    account: str | None = None
    """The name of who did it, or of the account that it was about."""
    instance_id: str | None = None
    user_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before then."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event."""

    id: int
    at: datetime
    event: str
    instance_id: str | None
    token_id: str | None
    user_id: str | None
    detail: Mapping[str, Any] = field(default_factory=dict)


def search(
    session: Session, wanted: WantedEvents, before: int | None, limit: int
) -> tuple[list[AuditEntry], int | None]:
    """Return up to `limit` events, those before the number `before` only, and the number that the next page is before.

    The number is None on the last page.
    """
    query = select(*COLUMNS).where(*_conditions(wanted)).order_by(AuditEvent.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    found = [_entry(row) for row in session.execute(query)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def every(session: Session, wanted: WantedEvents) -> Iterator[Row[Any]]:
    """Yield all events that are looked for in order, some in memory at once; for `export.lines`."""
    query, after = select(*COLUMNS).where(*_conditions(wanted)).order_by(AuditEvent.id).limit(BATCH), 0
    while rows := session.execute(query.where(AuditEvent.id > after)).all():
        yield from rows
        after = rows[-1].id


def _conditions(wanted: WantedEvents) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (AuditEvent.event, wanted.event),
        (AuditEvent.instance_id, wanted.instance_id),
        (AuditEvent.user_id, wanted.user_id),
    ):
        if value is not None:
            yield column == value
    if wanted.since is not None:
        yield AuditEvent.at >= wanted.since
    if wanted.until is not None:
        yield AuditEvent.at < wanted.until
    if wanted.account is not None:
        yield or_(*(json_text(_DETAIL, name) == wanted.account for name in _ACCOUNTS))


def _entry(row: Row[Any]) -> AuditEntry:
    try:
        detail = orjson.loads(row.detail)
    except (ValueError, TypeError):
        # Verification says that somebody has changed it.
        detail = {}
    return AuditEntry(row.id, row.at, row.event, row.instance_id, row.token_id, row.user_id, detail)
