"""The table of the keys that seal rows."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base


class DataKey(Base):
    """A key that seals rows, itself wrapped by the key-encryption key, which is never in the database."""

    __tablename__ = "data_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
