"""The tables of what administrators set in the browser."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base
from engine.store.types import Json


class SettingRow(Base):
    """One group of settings."""

    __tablename__ = "settings"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The name of the group: `mail`."""
    content: Mapped[Any] = mapped_column(Json)
    """What was set, by key; nothing secret."""
    secrets: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed: passwords, by key."""
    revision: Mapped[int]
    """Counts what was saved; whoever saves says which one they saw."""
    changed_by: Mapped[str | None] = mapped_column(String(64))
    changed_at: Mapped[datetime]


class SettingFileRow(Base):
    """A file that a setting refers to: a logo. Never changed."""

    __tablename__ = "setting_files"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The beginning of the SHA-256 of the content, in hexadecimal."""
    media_type: Mapped[str] = mapped_column(String(32))
    content: Mapped[bytes] = mapped_column(LargeBinary)
