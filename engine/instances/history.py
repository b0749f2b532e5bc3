"""What happened to an instance, one row each."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.instances.records import HistoryEntry
from engine.store.models import Base, HistoryRow

_DETAIL_LENGTH = 2000
# Of the table, not the class: rows without a detail are then written together with those that have one.
_INSERT = insert(Base.metadata.tables[HistoryRow.__tablename__])


class Event(StrEnum):
    """What can happen."""

    STARTED = "started"
    COMPLETED = "completed"
    """An element ran to its end. The detail: which sequence flows it took, by their ids, if there were several."""
    WAITING = "waiting"
    """A form waits for the end user."""
    SUBMITTED = "submitted"
    REFUSED = "refused"
    """A submission with wrong answers."""
    INCIDENT = "incident"
    RETRIED = "retried"
    RECEIVED = "received"
    """A message, signal or time that it waited for."""
    THROWN = "thrown"
    """A message or signal that an element sent."""
    SKIPPED = "skipped"
    MOVED = "moved"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    """An operator set variables."""
    MIGRATED = "migrated"
    EXPIRED = "expired"
    ENDED = "ended"


class Journal:
    """Collects the rows of one step and writes them at once."""

    def __init__(self, instance_id: str, written: int, now: datetime) -> None:
        self._instance_id = instance_id
        self._now = now
        self._rows: list[dict[str, Any]] = []
        self.length = written
        """How many rows the instance has, those of this step included."""

    def add(self, event: Event, element_id: str | None = None, detail: str | None = None) -> None:
        """Note that something happened; `detail` is for people and holds no value that a person entered."""
        self.length += 1
        row = {
            "seq": self.length,
            "event": event.value,
            "element_id": element_id,
            "detail": detail and detail[:_DETAIL_LENGTH],
        }
        self._rows.append({"instance_id": self._instance_id, "at": self._now, **row})

    def write(self, session: Session) -> None:
        """Write the rows."""
        if self._rows:
            session.execute(_INSERT, self._rows)
            self._rows = []


def read(session: Session, instance_id: str) -> tuple[HistoryEntry, ...]:
    """Return the history of an instance, oldest first."""
    rows = session.scalars(select(HistoryRow).where(HistoryRow.instance_id == instance_id).order_by(HistoryRow.seq))
    return tuple(HistoryEntry(row.seq, row.at, row.event, row.element_id, row.detail) for row in rows)
