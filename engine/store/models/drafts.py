"""The tables of what designers work on: drafts, and what they were at the moments that somebody saved."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base


class DraftRow(Base):
    """The draft of a form or process: any text, one a name."""

    __tablename__ = "drafts"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    """What it is a draft of: `form` or `process`."""
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Null: it was discarded. The row stays, so that a revision never comes twice."""
    title: Mapped[str] = mapped_column(String(255))
    """What the text calls itself, for lists."""
    tags: Mapped[str] = mapped_column(String(1200), server_default="")
    """The tags in the text, with commas between them, for lists."""
    sha256: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    """Counts what was saved; whoever saves says which one they saw."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[str | None] = mapped_column(String(64))


class SavedStateRow(Base):
    """What a draft was at a revision that somebody saved on purpose; never changed."""

    __tablename__ = "saved_states"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Of the draft: it never comes twice, so it names the state."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime]
    saved_by: Mapped[str | None] = mapped_column(String(64))
