"""The table of what designers work on and have not saved as a version."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models import Base


class FormDraft(Base):
    """The draft of a form: any text, one a name."""

    __tablename__ = "form_drafts"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Null: it was discarded. The row stays, so that a revision never comes twice."""
    title: Mapped[str] = mapped_column(String(255))
    """The `title` in its JSON, for lists."""
    sha256: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    """Counts what was saved; whoever saves says which one they saw."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[str | None] = mapped_column(String(64))
