"""The tables of what was deployed or saved for it: process definitions, decisions, forms."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import ID, Base, OwnId


class Definition(Base):
    """One deployed version of a `.bpmn` file; never changed. `content` is the uploaded bytes."""

    __tablename__ = "definitions"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[OwnId]
    key: Mapped[str] = mapped_column(String(255))
    """The id of the BPMN process."""
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    file: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    version_tag: Mapped[str | None] = mapped_column(String(255))
    """What its designer calls this version (`zeebe:versionTag`)."""
    deployment_id: Mapped[str | None] = mapped_column(ID, index=True)
    """The same for everything that was deployed at once."""
    deployed_by: Mapped[str | None] = mapped_column(String(64))
    """The name of an account; null is the command line."""
    tags: Mapped[str] = mapped_column(String(1200), server_default="")
    """What its designer filed it under, with commas between them, for lists."""


class Decision(Base):
    """One version of a DMN decision; never changed. `content` is the uploaded file that holds it."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[OwnId]
    key: Mapped[str] = mapped_column(String(255))
    """The id of the decision in the file."""
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    file: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    version_tag: Mapped[str | None] = mapped_column(String(255))
    deployment_id: Mapped[str] = mapped_column(ID, index=True)
    created_at: Mapped[datetime]


class Form(Base):
    """One version of a form. `content` is the saved bytes; never changed, but it can be deployed, and again later."""

    __tablename__ = "forms"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        Index("uq_forms_deployment", "name", "deployment", unique=True),
    )

    id: Mapped[OwnId]
    name: Mapped[str] = mapped_column(String(255))
    """The data form name: the `id` in its JSON."""
    version: Mapped[int]
    version_tag: Mapped[str] = mapped_column(String(64))
    """The data form version that a diagram names: the `versionTag` in its JSON, otherwise the number."""
    file: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(String(255), server_default="")
    """The `title` in its JSON, for lists."""
    saved_by: Mapped[str | None] = mapped_column(String(64))
    """The name of an account; null is the command line."""
    deployed_at: Mapped[datetime | None]
    """When it was deployed last; null: it is only saved, and no process uses it."""
    deployment: Mapped[int | None]
    """Counts the deployments of this form: the highest is the one in use. Not the time: clocks go back."""
