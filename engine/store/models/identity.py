"""The tables of identity stores and their users."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base, OwnId
from engine.store.types import Json


class StoreStatus(StrEnum):
    """Whether the users of a store may use their credentials."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


class IdentityStore(Base):
    """Holds users."""

    __tablename__ = "identity_stores"

    id: Mapped[OwnId]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    locale: Mapped[str] = mapped_column(String(35))
    time_zone: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(16), server_default=StoreStatus.ACTIVE.value)


class UserStatus(StrEnum):
    """Whether a user may use the store's services."""

    ACTIVE = "ACTIVE"
    LOCKED = "LOCKED"
    TEMP_LOCKED = "TEMP_LOCKED"
    """Locked until a time; ends by itself."""
    DISABLED = "DISABLED"
    PENDING_ACTIVE = "PENDING_ACTIVE"


class User(Base):
    """A person in an identity store."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("store_id", "external_id"),)

    id: Mapped[OwnId]
    store_id: Mapped[str] = mapped_column(ForeignKey("identity_stores.id"))
    external_id: Mapped[str | None] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(35))
    time_zone: Mapped[str] = mapped_column(String(64))
    attributes: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]
    last_authenticated_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
    """When a temporary lock ends."""
