"""Who opened the links of process tokens. See `engine.tokens.openings`."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base


class TokenOpening(Base):
    """A person's browser showed the page behind the link of a process token, or began from it."""

    __tablename__ = "token_openings"
    __table_args__ = (UniqueConstraint("token_id", "page"), {"sqlite_with_rowid": False})

    token_id: Mapped[str] = mapped_column(ForeignKey("process_tokens.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts the openings of the token from 1."""
    at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(40))
    """`Firefox on Android`; empty when nothing is known. What the browser itself says is not kept."""
    begun: Mapped[bool]
    """Whether the person began a journey; otherwise they looked at the page."""
    page: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """HMAC-SHA256 of the secret that the one page in the one browser makes: the same page is counted once. It is the
    binding of the instance that began from it, too."""
