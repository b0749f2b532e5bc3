"""The tables of the people who run the installation: accounts, sessions, failed attempts to sign in."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models import ID, Base
from engine.store.types import new_id


class Account(Base):
    """Somebody who may sign in to the backoffice. The password is not here, only its Argon2id hash."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(32))
    password: Mapped[str] = mapped_column(String(255))
    """Its hash, in the PHC string format."""
    expires_at: Mapped[datetime | None]
    """Until when a one-time password is good; null once the owner has chosen a password."""
    created_at: Mapped[datetime]


class AccountSession(Base):
    """One browser in which somebody is signed in. The id that the browser has is not here, only its digest."""

    __tablename__ = "sessions"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class SignInFailures(Base):
    """How often signing in failed in a row, for one name or from one address: neither is here, only a digest."""

    __tablename__ = "sign_in_failures"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    blocked_until: Mapped[datetime]
    at: Mapped[datetime] = mapped_column(index=True)
    """Of the last one."""
