"""The table of mails that wait to be sent."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import ID, Base, OwnId


class Mail(Base):
    """One mail to one recipient. It is written in the transaction of the step that asks for it."""

    __tablename__ = "mails"

    id: Mapped[OwnId]
    message_id: Mapped[str] = mapped_column(String(255))
    """Its `Message-ID` (RFC 5322, 3.6.4), however often it is sent; all recipients of a letter have the same."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed: recipients, subject and body; null once it is sent."""
    instance_id: Mapped[str | None] = mapped_column(ID, index=True)
    error: Mapped[str | None] = mapped_column(String(255))
    """Why it could not be sent."""
    created_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    """When it was given up; null again when an operator has it sent once more."""
