"""The tables of process instances and of what happened to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base, OwnId


class InstanceStatus(StrEnum):
    """Where a process instance stands."""

    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"
    """Ended at an error end event."""
    INCIDENT = "INCIDENT"
    """Stopped at an element by a technical failure; can be retried."""
    SUSPENDED = "SUSPENDED"
    """Stopped by an operator; can be resumed."""
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    """Its maximum duration passed."""


class Instance(Base):
    """One run of a definition. `state` is sealed: its variables and where its tokens stand."""

    __tablename__ = "instances"
    __table_args__ = (
        Index("ix_instances_status_due_at", "status", "due_at"),
        # Lists are found in these alone: to read the rows, with their states, would take many times as long.
        Index("ix_instances_created_at", "created_at", "id", "status", "definition_id", "token_id"),
        Index("ix_instances_token_id", "token_id", "created_at", "id", "status", "definition_id"),
        Index("ix_instances_definition_id", "definition_id", "created_at", "id", "status"),
        Index("ix_instances_status_created_at", "status", "created_at", "id", "definition_id"),
        Index("ix_instances_applicant_key", "applicant_key", "created_at", "id", "status", "definition_id"),
    )

    id: Mapped[OwnId]
    definition_id: Mapped[str] = mapped_column(ForeignKey("definitions.id"))
    token_id: Mapped[str | None] = mapped_column(ForeignKey("process_tokens.id"))
    status: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int] = mapped_column()
    """Counts the saved steps; a step that saw another revision has lost."""
    state: Mapped[bytes] = mapped_column(LargeBinary)
    element_id: Mapped[str | None] = mapped_column(String(255))
    """Where it waits, stopped or ended."""
    code: Mapped[str | None] = mapped_column(String(255))
    """What stopped it, for an incident: the code of a BPMN error that nothing caught, or of one of our own errors."""
    message: Mapped[str | None] = mapped_column(String(2000))
    """The same in a sentence, for the operator."""
    applicant: Mapped[str | None] = mapped_column(String(255))
    """Who it is about, for lists: the external ID that the token carries."""
    binding: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    """HMAC-SHA256 of the secret in the one browser that may go on with it."""
    due_at: Mapped[datetime | None]
    """When it needs attention next: today, when it expires."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    applicant_key: Mapped[str | None] = mapped_column(String(255))
    """The applicant as it is looked for: in small letters (Unicode case folding)."""
    claim: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True, unique=True)
    """HMAC-SHA256 of the link by which the first browser to open it gets the instance, where a program started it."""

    # An update names the revision that it saw, and fails when another step was saved meanwhile.
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy as it stands


class HistoryRow(Base):
    """One thing that happened to an instance, for people: never a variable's value, never a secret."""

    __tablename__ = "history"
    # Kept in the order of the key: one tree instead of a table and an index.
    __table_args__ = ({"sqlite_with_rowid": False},)

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(32))
    element_id: Mapped[str | None] = mapped_column(String(255))
    detail: Mapped[str | None] = mapped_column(String(2000))
