"""The tables of what happens without a person: jobs, and who waits for which event."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base, OwnId
from engine.store.types import BIG, Json


class Job(Base):
    """Work that is due at a time. It is written in the transaction of the state that asks for it."""

    __tablename__ = "jobs"
    # Jobs that were given up stay, and would be met first by whoever looks for what is due.
    __table_args__ = (
        Index(
            "ix_jobs_run_at",
            "run_at",
            sqlite_where=text("failed_at IS NULL"),
            postgresql_where=text("failed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    task: Mapped[str] = mapped_column(String(64))
    """The name of the handler."""
    arguments: Mapped[dict[str, Any]] = mapped_column(Json)
    """Identifiers only: a job never holds a variable or a secret."""
    key: Mapped[str | None] = mapped_column(String(255), unique=True)
    """Enqueuing a second job with the same key changes nothing while the first is there."""
    run_at: Mapped[datetime]
    """When it is due; while it is being worked, when its lease ends and another worker may take it."""
    attempt: Mapped[int]
    """How often it was begun; fences a worker that lost its lease."""
    worker: Mapped[str | None] = mapped_column(String(64))
    """Who works it now."""
    error: Mapped[str | None] = mapped_column(String(2000))
    """What the last attempt failed with."""
    failed_at: Mapped[datetime | None]
    """When it was given up."""
    created_at: Mapped[datetime]


class Subscription(Base):
    """A token that waits for a message or signal."""

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_name", "trigger", "name", "correlation_key"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The id of the waiting token."""
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id", ondelete="CASCADE"), index=True)
    definition_key: Mapped[str] = mapped_column(String(255))
    trigger: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(255))
    correlation_key: Mapped[str] = mapped_column(String(255))
    """Empty for a signal."""
    element_id: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]


class StartSubscription(Base):
    """A message, signal, timer or condition that starts the newest version of a process."""

    __tablename__ = "start_subscriptions"
    __table_args__ = (Index("ix_start_subscriptions_name", "trigger", "name"),)

    id: Mapped[OwnId]
    definition_id: Mapped[str] = mapped_column(ForeignKey("definitions.id"), index=True)
    definition_key: Mapped[str] = mapped_column(String(255), index=True)
    element_id: Mapped[str] = mapped_column(String(255))
    trigger: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(255))
    """Of the message or signal; empty for a timer or condition."""


class Message(Base):
    """A message or signal that was thrown: sealed, and kept until its time to live is over."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_name", "name", "correlation_key"),
        Index("ix_messages_expires_at", "expires_at"),
    )

    id: Mapped[OwnId]
    trigger: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(255))
    correlation_key: Mapped[str] = mapped_column(String(255))
    """Empty for a signal."""
    variables: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed: what it carries."""
    delivered_to: Mapped[list[str]] = mapped_column(Json)
    """The keys of the processes that have taken it: each takes a message once."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
