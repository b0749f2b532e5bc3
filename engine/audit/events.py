"""Events as they are read back: for the verification, which trusts no column, for the export, and for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, Row, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from engine.store.models import AuditEvent, Base

BATCH = 500
"""How many events are in memory at once."""

_TABLE = Base.metadata.tables[AuditEvent.__tablename__]
COLUMNS = [
    # The detail as the bytes that were hashed.
    type_coerce(column, LargeBinary).label("detail") if column.name == "detail" else column
    for column in _TABLE.columns
]
_ON = _TABLE.c.id > bindparam("after"), _TABLE.c.id <= bindparam("to")
_SPAN = select(_TABLE.c.id).where(_TABLE.c.id > bindparam("after")).order_by(_TABLE.c.id).limit(BATCH)
_READ = select(*COLUMNS).where(*_ON).order_by(_TABLE.c.id)
_LOWEST = -(2**63)


def read(session: Session, after: int | None = None) -> Iterator[tuple[int, Row[Any] | None]]:
    """Yield every event in order, by its id, those after `after` only; None is one whose columns cannot be read."""
    after = _LOWEST if after is None else after
    while ids := session.scalars(_SPAN, {"after": after}).all():
        try:
            rows = session.execute(_READ, {"after": after, "to": ids[-1]}).all()
        except (ValueError, TypeError):
            # One of them is no time, or no text: each on its own, to find it.
            for number in ids:
                yield number, _one(session, number)
        else:
            yield from ((row.id, row) for row in rows)
        after = ids[-1]


def between(session: Session, since: datetime | None, until: datetime | None) -> Iterator[Row[Any]]:
    """Yield the readable events from `since` (inclusive) to `until` (exclusive) in order."""
    for _, row in read(session):
        if row is not None and (since is None or row.at >= since) and (until is None or row.at < until):
            yield row


def _one(session: Session, number: int) -> Row[Any] | None:
    try:
        return session.execute(_READ, {"after": number - 1, "to": number}).one()
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event, for people."""

    id: int
    at: datetime
    event: str
    detail: Mapping[str, Any]


def of_instance(session: Session, instance_id: str, limit: int) -> list[AuditEntry]:
    """Return the newest events of an instance, the newest first."""
    row = AuditEvent
    columns = row.id, row.at, row.event, row.detail
    query = select(*columns).where(row.instance_id == instance_id).order_by(row.id.desc()).limit(limit)
    return [AuditEntry(*each) for each in session.execute(query)]
