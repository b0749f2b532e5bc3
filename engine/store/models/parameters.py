"""The parameters of tokens and instances once more, as they are looked for. See `engine.parameters`."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base


class TokenParameter(Base):
    """One parameter of a process token. The token itself has it, too, as it was given."""

    __tablename__ = "token_parameters"
    __table_args__ = (
        Index("ix_token_parameters_key", "key", "name", "token_id"),
        Index("ix_token_parameters_name", "name", "key", "token_id"),
        {"sqlite_with_rowid": False},
    )

    token_id: Mapped[str] = mapped_column(ForeignKey("process_tokens.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    """Its value, folded."""


class InstanceParameter(Base):
    """One variable that an instance was started with, where no token has started it."""

    __tablename__ = "instance_parameters"
    __table_args__ = (
        Index("ix_instance_parameters_key", "key", "name", "instance_id"),
        Index("ix_instance_parameters_name", "name", "key", "instance_id"),
        {"sqlite_with_rowid": False},
    )

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    """Empty for a digest."""
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    """The value, folded; or a digest, of a variable that is kept sealed."""
