"""The table of files that people sent with forms."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base, OwnId


class AttachmentRow(Base):
    """One file of an instance. `content` is sealed."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("instance_id", "key"),)

    id: Mapped[OwnId]
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(24))
    """Its id among the answers."""
    name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
