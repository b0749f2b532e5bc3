"""The table of process tokens."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import ID, Base, OwnId
from engine.store.types import Json


class TokenType(StrEnum):
    """What limits the use of a process token."""

    COUNT = "count"
    TIME = "time"
    UNLIMITED = "unlimited"


class TokenStatus(StrEnum):
    """Whether a process token can be used at all."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class ProcessToken(Base):
    """Permission to start a definition. The link's secret is not here, only its HMAC."""

    __tablename__ = "process_tokens"
    __table_args__ = (Index("ix_process_tokens_created_at", "created_at", "id"),)

    id: Mapped[OwnId]
    name: Mapped[str] = mapped_column(String(50), unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    definition_key: Mapped[str] = mapped_column(String(255))
    definition_version: Mapped[int | None]
    """None: always the newest."""
    type: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    limit: Mapped[int | None] = mapped_column("use_limit")
    """How many instances it may start, when it is count limited."""
    uses: Mapped[int]
    not_before: Mapped[datetime | None]
    not_after: Mapped[datetime | None]
    maximum_duration: Mapped[int]
    """Seconds that an instance may take."""
    parameters: Mapped[dict[str, Any]] = mapped_column(Json)
    """They become process variables."""
    created_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(String(64))
    """The name of the account that made it; None: the command line, or an older release."""
    batch_id: Mapped[str | None] = mapped_column(ID, index=True)
    """What it was made together with."""
    opened_at: Mapped[datetime | None]
    """When its link was opened first."""


# Each kind of the list in the order of the list, however few there are among the others.
for _name, _which in {
    "opened": "opened_at IS NOT NULL",
    "unopened": "opened_at IS NULL",
    "unbegun": "opened_at IS NOT NULL AND uses = 0",
}.items():
    Index(
        f"ix_process_tokens_{_name}",
        ProcessToken.created_at,
        ProcessToken.id,
        sqlite_where=text(_which),
        postgresql_where=text(_which),
    )
