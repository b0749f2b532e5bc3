"""The tables of what several processes on one database have to agree on."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base


class CookieKey(Base):
    """A generation of the key that signs cookies. The key itself is derived, and in no row."""

    __tablename__ = "cookie_keys"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """Its number; that of the first one, which has no row, is 0."""
    signs_from: Mapped[datetime]
    """By then every process knows it."""
    former_until: Mapped[datetime]
    """How long cookies are accepted that the one before it has signed."""
    created_at: Mapped[datetime]


class SchemaFloor(Base):
    """Which programs may work on these tables besides the one that they were made for: one row."""

    __tablename__ = "schema_floor"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    revision: Mapped[str] = mapped_column(String(32))
    """Those that know this revision: they do no harm to what newer migrations have added."""
