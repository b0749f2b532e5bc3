"""Looks for events, the latest first, and hands all of them on in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from engine.audit import accounts
from engine.audit.events import BATCH, COLUMNS
from engine.store.backend import BY_VALUES
from engine.store.models import AuditAccount, AuditEvent


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
    query = _looked_for(wanted).order_by(AuditEvent.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    found = [_entry(row) for row in session.execute(query)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def every(session: Session, wanted: WantedEvents) -> Iterator[Row[Any]]:
    """Yield all events that are looked for in order, some in memory at once; for `export.lines`."""
    query, after = _looked_for(wanted).order_by(AuditEvent.id).limit(BATCH), 0
    while rows := session.execute(query.where(AuditEvent.id > after)).all():
        yield from rows
        after = rows[-1].id


def _looked_for(wanted: WantedEvents) -> Select[*tuple[Any, ...]]:
    return select(*COLUMNS).where(*_conditions(wanted)).execution_options(**BY_VALUES)


def _conditions(wanted: WantedEvents) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (AuditEvent.event, wanted.event),
        (AuditEvent.instance_id, wanted.instance_id),
        (AuditEvent.user_id, wanted.user_id),
    ):
        if value is not None:
            yield column == value
    days = [*_days(wanted)]
    if days:
        # Numbers go up with the time, so that the days are a span of numbers. Clocks go back: each is looked at, too.
        span = aliased(AuditEvent)
        # Something is added because the least number as such would be looked for from the first event on.
        number = span.id + 0
        within = [*_days(wanted, span)]
        yield AuditEvent.id >= select(func.min(number)).where(*within).scalar_subquery()
        yield AuditEvent.id <= select(func.max(number)).where(*within).scalar_subquery()
        yield from days
    if wanted.account is not None:
        same = AuditAccount.account == accounts.key(wanted.account)
        yield AuditEvent.id.in_(select(AuditAccount.event_id).where(same))


def _days(wanted: WantedEvents, events: type[AuditEvent] = AuditEvent) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield events.at >= wanted.since
    if wanted.until is not None:
        yield events.at < wanted.until


def _entry(row: Row[Any]) -> AuditEntry:
    try:
        detail = orjson.loads(row.detail)
    except (ValueError, TypeError):
        # Verification says that somebody has changed it.
        detail = {}
    return AuditEntry(row.id, row.at, row.event, row.instance_id, row.token_id, row.user_id, detail)
