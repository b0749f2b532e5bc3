"""The tables of webhooks, of what is delivered to them, and of every attempt at that."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base, OwnId
from engine.store.types import Json


class Webhook(Base):
    """Somebody who is told of events by HTTP."""

    __tablename__ = "webhooks"

    id: Mapped[OwnId]
    description: Mapped[str] = mapped_column(String(200))
    url: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed: path and query may be secret."""
    origin: Mapped[str] = mapped_column(String(300))
    """Scheme, host and port of the URL."""
    events: Mapped[list[str]] = mapped_column(Json)
    active: Mapped[bool]
    off_because: Mapped[str | None] = mapped_column(String(16))
    """Why it switched itself off; null when somebody did, or when it is on."""
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed: what is signed with."""
    former: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed: the secret before it."""
    former_until: Mapped[datetime | None]
    """Until when it signs, too."""
    position: Mapped[int] = mapped_column(BigInteger)
    """The number of the last event of the audit trail that was looked at for it."""
    failures: Mapped[int]
    """Attempts in a row that failed, of all deliveries together."""
    failing_since: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    """Until when nothing is sent, because it failed or asked for patience."""
    revision: Mapped[int]
    """How often somebody has changed it."""
    created_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One event for one webhook. `body` is what is sent, the same bytes in every attempt."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_deliveries_webhook_id_created_at", "webhook_id", "created_at", "id"),
        Index("ix_webhook_deliveries_webhook_id_state", "webhook_id", "state", "created_at", "id"),
        Index("ix_webhook_deliveries_ended_at", "ended_at"),
    )

    id: Mapped[OwnId]
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event_id: Mapped[str] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(String(64))
    """Its public type."""
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int]
    """Attempts since it was queued last."""
    attempts: Mapped[int]
    """All of them."""
    status: Mapped[int | None]
    """Of the last answer."""
    problem: Mapped[str | None] = mapped_column(String(300))
    """Why there was none."""
    once: Mapped[bool]
    """Whether somebody has it sent by hand, and watches: then it is not tried again by itself."""
    next_at: Mapped[datetime | None]
    """When it is tried next."""
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    """When its attempts began: at first, or when somebody had it sent again."""
    ended_at: Mapped[datetime | None]


class WebhookAttempt(Base):
    """One attempt at a delivery."""

    __tablename__ = "webhook_attempts"

    id: Mapped[OwnId]
    delivery_id: Mapped[str] = mapped_column(ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    status: Mapped[int | None]
    """Of the answer; null without one."""
    problem: Mapped[str | None] = mapped_column(String(300))
    """Why there is no answer, in a sentence."""
    milliseconds: Mapped[int]
    answer: Mapped[str | None] = mapped_column(String(500))
    """How its body begins, masked."""
