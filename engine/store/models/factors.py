"""The tables of what became of credentials: attempts, authentications, displays; and recovery codes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import ID, Base, OwnId
from engine.store.types import BIG


class Attempts(Base):
    """How often a user has failed in a row with one factor; a new credential does not start at zero."""

    __tablename__ = "attempts"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    factor: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The id of a TOTP policy, or `recovery`."""
    failures: Mapped[int]
    blocked_until: Mapped[datetime | None]
    """Until when attempts are refused."""


class TotpAuthentication(Base):
    """What one instance knows of a user's authentication under a policy; no process variable: nothing can forge it."""

    __tablename__ = "totp_authentications"

    # The row of an instance is written after its first step, so that nothing here can refer to it.
    instance_id: Mapped[str] = mapped_column(ID, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    policy_id: Mapped[str] = mapped_column(ForeignKey("totp_policies.id"), primary_key=True)
    failures: Mapped[int]
    """In a row, in this instance."""
    at: Mapped[datetime | None]
    """When it last succeeded."""


class TotpDisplay(Base):
    """A registered secret was made available, to be shown again."""

    __tablename__ = "totp_displays"
    __table_args__ = (Index("ix_totp_displays_credential_id", "credential_id", "at"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("totp_credentials.id", ondelete="CASCADE"))
    at: Mapped[datetime]


class RecoveryCode(Base):
    """A code that is used once, by somebody who has lost the device."""

    __tablename__ = "recovery_codes"
    __table_args__ = (
        Index("uq_recovery_codes_user_id", "user_id", "digest", unique=True),
        Index("ix_recovery_codes_created_at", "created_at"),
    )

    id: Mapped[OwnId]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """HMAC-SHA256 of the user and the code."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The code itself, for the one page that shows it; None as soon as it is old or used."""
    instance_id: Mapped[str] = mapped_column(ID)
    """The instance that may show it."""
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
