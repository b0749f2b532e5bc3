"""The tables of the audit trail: its events, the accounts in them, its checkpoints."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import ID, Base
from engine.store.types import BIG, Json


class AuditEvent(Base):
    """One thing that somebody may have to answer for later. Never a secret, never a code."""

    __tablename__ = "audit_events"
    # The span of some days is found in it alone.
    __table_args__ = (
        Index("ix_audit_events_at", "at", "id"),
        Index("ix_audit_events_token_id", "token_id", "event", "id"),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(64), index=True)
    instance_id: Mapped[str | None] = mapped_column(ID, index=True)
    token_id: Mapped[str | None] = mapped_column(ID)
    user_id: Mapped[str | None] = mapped_column(ID, index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Chains the events: over the one before, and over every column. None: nobody chained it, so it is no event."""


class AuditAccount(Base):
    """An account that an event names, for the list of events by account. See `engine.audit.accounts`."""

    __tablename__ = "audit_accounts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    account: Mapped[str] = mapped_column(String(255), primary_key=True)
    event_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("audit_events.id", ondelete="CASCADE"), primary_key=True, index=True, autoincrement=False
    )


class AuditCheckpoint(Base):
    """What the audit trail had come to at a time, signed."""

    __tablename__ = "audit_checkpoints"

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    """Of the last event."""
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    count: Mapped[int] = mapped_column(BIG)
    """How many events there were."""
    at: Mapped[datetime]
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
