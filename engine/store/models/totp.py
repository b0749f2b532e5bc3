"""The tables of TOTP policies and credentials."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import ID, Base, OwnId


class Redisplay(StrEnum):
    """Whether a registered secret may be shown again."""

    NEVER = "never"
    AFTER_AUTHENTICATION = "after-authentication"
    WITH_TOKEN = "with-token"  # noqa: S105 - a policy, not a password


class TotpPolicy(Base):
    """How one-time codes are made and checked. What a device depends on is copied into its credential."""

    __tablename__ = "totp_policies"

    id: Mapped[OwnId]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    issuer: Mapped[str] = mapped_column(String(40))
    algorithm: Mapped[str] = mapped_column(String(8))
    digits: Mapped[int]
    period: Mapped[int]
    """Seconds."""
    redisplay: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    look_behind: Mapped[int] = mapped_column(server_default="1")
    look_ahead: Mapped[int] = mapped_column(server_default="0")
    drift_limit: Mapped[int] = mapped_column(server_default="2")
    back_off_after: Mapped[int] = mapped_column(server_default="3")
    back_off_limit: Mapped[int] = mapped_column(server_default="900")
    """Seconds."""
    failure_cap: Mapped[int] = mapped_column(server_default="100")
    registration_lifetime: Mapped[int] = mapped_column(server_default="900")
    """Seconds."""
    registration_tries: Mapped[int] = mapped_column(server_default="5")
    # None is a value here, not the absence of one: without this the default would be stored for it.
    display_limit: Mapped[int | None] = mapped_column(Integer().evaluates_none(), server_default="3")
    """None: as often as one likes."""


class CredentialStatus(StrEnum):
    """Where a credential stands."""

    PENDING = "PENDING"
    """Its registration was started and not completed yet."""
    ACTIVE = "ACTIVE"
    REVOKED = "REVOKED"


class TotpCredential(Base):
    """A TOTP secret. `secret` is sealed and bound to its row and parameters."""

    __tablename__ = "totp_credentials"

    id: Mapped[OwnId]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    policy_id: Mapped[str] = mapped_column(ForeignKey("totp_policies.id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    issuer: Mapped[str] = mapped_column(String(40))
    account_name: Mapped[str] = mapped_column(String(255))
    algorithm: Mapped[str] = mapped_column(String(8))
    digits: Mapped[int]
    period: Mapped[int]
    registered_at: Mapped[datetime]
    """When the registration was completed; of a pending one, when it was started."""
    look_behind: Mapped[int] = mapped_column(server_default="1")
    look_ahead: Mapped[int] = mapped_column(server_default="0")
    drift_limit: Mapped[int] = mapped_column(server_default="2")
    drift: Mapped[int] = mapped_column(server_default="0")
    """How many steps the device was ahead, or behind when negative, when it was used last."""
    last_step: Mapped[int] = mapped_column(BigInteger, server_default="-1")
    """The time step of the last code that was used: this one and older ones are refused."""
    instance_id: Mapped[str | None] = mapped_column(ID)
    """The instance that started the registration."""
    expires_at: Mapped[datetime | None]
    """When a pending registration ends."""
    tries: Mapped[int] = mapped_column(server_default="0")
    """How many codes were tried to complete the registration."""


# One current registration per user and policy, and one that is under way.
for _name, _status in (("current", CredentialStatus.ACTIVE), ("pending", CredentialStatus.PENDING)):
    Index(
        f"uq_totp_credentials_{_name}",
        TotpCredential.user_id,
        TotpCredential.policy_id,
        unique=True,
        sqlite_where=TotpCredential.status == _status.value,
        postgresql_where=TotpCredential.status == _status.value,
    )
