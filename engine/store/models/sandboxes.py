"""The table of sandboxes: installations that designers try drafts in."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base, OwnId


class SandboxRow(Base):
    """One sandbox. `content` is sealed, by a key of sandboxes alone: a whole database, and what is known about it."""

    __tablename__ = "sandboxes"

    id: Mapped[OwnId]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    """Whose it is."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    """Counts what was stored; whoever stores says which one they saw."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
