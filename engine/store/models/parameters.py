"""The parameters of tokens and instances once more, as they are looked for. See `engine.parameters`."""

from typing import Annotated, Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base

_Text = Annotated[str, mapped_column(String(255), primary_key=True)]


def _looked_for(table: str, owner: str) -> tuple[Any, ...]:
    """Return how a table of parameters is looked through: by what a parameter says, or by its name."""
    return (
        Index(f"ix_{table}_key", "key", "name", owner),
        Index(f"ix_{table}_name", "name", "key", owner),
        {"sqlite_with_rowid": False},
    )


class TokenParameter(Base):
    """One parameter of a process token. The token itself has it, too, as it was given."""

    __tablename__ = "token_parameters"
    __table_args__ = _looked_for(__tablename__, "token_id")

    token_id: Mapped[str] = mapped_column(ForeignKey("process_tokens.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[_Text]
    key: Mapped[_Text]
    """Its value, folded."""


class InstanceParameter(Base):
    """One variable that an instance was started with, where no token has started it."""

    __tablename__ = "instance_parameters"
    __table_args__ = _looked_for(__tablename__, "instance_id")

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[_Text]
    """Empty for a digest."""
    key: Mapped[_Text]
    """The value, folded; or a digest, of a variable that is kept sealed."""
