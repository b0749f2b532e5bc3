"""The tables of the people who run the installation: accounts, how they prove who they are, sessions, API keys."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import ID, Base, OwnId
from engine.store.types import Json, new_id

_OWNER = "accounts.id"


class Account(Base):
    """Somebody who may sign in to the backoffice. The password is not here, only its Argon2id hash."""

    __tablename__ = "accounts"

    id: Mapped[OwnId]
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(32))
    password: Mapped[str] = mapped_column(String(255))
    """Its hash, in the PHC string format; for an account without a password, a text that is the hash of none."""
    expires_at: Mapped[datetime | None]
    """Until when a one-time password is good; null once the owner has chosen a password."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    """Since when nobody can sign in with it; null is an active account."""
    signed_in_at: Mapped[datetime | None]
    """When its owner signed in last."""


class AccountSession(Base):
    """One browser in which somebody is signed in. The id that the browser has is not here, only its digest."""

    __tablename__ = "sessions"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    id: Mapped[str] = mapped_column(ID, unique=True, default=new_id)
    """What its owner names it by, to end it: nobody is signed in by it."""
    account_id: Mapped[str] = mapped_column(ForeignKey(_OWNER, ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    halfway: Mapped[bool]
    """Whether the password was right, and the second factor is still to come."""
    device: Mapped[str] = mapped_column(String(200))
    """What the browser says it is."""
    address: Mapped[str] = mapped_column(String(64))
    identity_id: Mapped[str | None] = mapped_column(ForeignKey("account_identities.id", ondelete="CASCADE"), index=True)
    """The identity at a provider by which it began; null by a password. It ends with the link to that identity."""
    id_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the provider gave at the sign-in, sealed: it is shown to it at the sign-out."""


class AccountIdentity(Base):
    """Who an account is at an OpenID provider: never a mail address, which may be given to somebody else."""

    __tablename__ = "account_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("account_id", "issuer"))

    id: Mapped[OwnId]
    account_id: Mapped[str] = mapped_column(ForeignKey(_OWNER, ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When somebody signed in with it last."""


class UsedAnswer(Base):
    """An answer of the provider that was looked at: none is looked at twice. Only the digest of its `state` is here."""

    __tablename__ = "used_answers"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class SignInFailures(Base):
    """How often signing in failed in a row, for one name or from one address: neither is here, only a digest."""

    __tablename__ = "sign_in_failures"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    blocked_until: Mapped[datetime]
    at: Mapped[datetime] = mapped_column(index=True)
    """Of the last one."""


class SecondFactor(Base):
    """The authenticator app of an account (RFC 6238); it counts from the first right code on."""

    __tablename__ = "second_factors"

    id: Mapped[OwnId]
    account_id: Mapped[str] = mapped_column(ForeignKey(_OWNER, ondelete="CASCADE"), unique=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """Null while it is being set up."""
    last_step: Mapped[int]
    """The time step of the newest code that was used."""
    failures: Mapped[int]
    """Wrong codes in a row."""


class AccountRecoveryCode(Base):
    """A code that stands once for the authenticator app of an account; used ones are deleted."""

    __tablename__ = "account_recovery_codes"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """HMAC-SHA256 of the account and the code."""
    account_id: Mapped[str] = mapped_column(ForeignKey(_OWNER, ondelete="CASCADE"), index=True)


class ResetLink(Base):
    """A link by which somebody chooses a new password, once. The link is not here, only its HMAC."""

    __tablename__ = "reset_links"

    account_id: Mapped[str] = mapped_column(ForeignKey(_OWNER, ondelete="CASCADE"), primary_key=True)
    """One account has one link at most: a newer one ends it."""
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime]


class ApiKey(Base):
    """A key by which a program works for an account. The key is not here, only its HMAC."""

    __tablename__ = "api_keys"

    id: Mapped[OwnId]
    account_id: Mapped[str] = mapped_column(ForeignKey(_OWNER, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    ending: Mapped[str] = mapped_column(String(4))
    """The last characters of the key, to tell it from others."""
    permissions: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
