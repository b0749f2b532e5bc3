"""The table of answers of the API that are given again."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base


class Reply(Base):
    """An answer of the API that is given again to whoever repeats the request."""

    __tablename__ = "replies"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """HMAC-SHA256, in hexadecimal, of who asked and of the key of the request."""
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Of what was asked for."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed; None while the request is worked on."""
    created_at: Mapped[datetime] = mapped_column(index=True)
