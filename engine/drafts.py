"""Drafts: what a designer works on, any text, kept until it is discarded; one for each name of a kind.

Who saves says which revision they saw. When another one is there, nothing is saved, and they are told what it holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, defer

from engine.errors import Conflict, Refused
from engine.store.models import DraftRow

MAXIMUM_BYTES = 2 * 1024 * 1024
"""How large a draft may be."""

_NONE = 0
"""The revision of a draft that was never saved."""

_OF_KIND = select(DraftRow).where(DraftRow.kind == bindparam("kind"))
_LIST = _OF_KIND.options(defer(DraftRow.content)).where(DraftRow.content.is_not(None))
_OF_NAME = _OF_KIND.where(DraftRow.name == bindparam("name"))


class DraftKind(StrEnum):
    """What a draft is of."""

    FORM = "form"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody works on."""

    name: str
    content: bytes | None
    """None: there is no draft, or it was discarded."""
    revision: int
    saved_at: datetime | None = None
    saved_by: str | None = None
    """The name of an account."""


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """The same for lists, without the content."""

    name: str
    title: str
    sha256: str
    saved_at: datetime
    saved_by: str | None
    tags: str = ""
    """With commas between them."""


@dataclass(frozen=True, slots=True)
class About:
    """What a text says of itself, for lists; nothing when it cannot be read."""

    title: str = ""
    tags: str = ""


class DraftConflict(Conflict):
    """Somebody else has saved this draft since you opened it. Nothing of yours was saved."""

    code = "draft-conflict"

    def __init__(self, other: Draft) -> None:
        super().__init__()
        self.other = other
        """What is there now."""


class DraftTooLarge(Refused):
    """A draft can have 2 MiB at most."""

    code = "draft-too-large"


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of one kind."""

    kind: DraftKind
    about: Callable[[str, bytes], About]
    """Reads what the text of the draft with a name says of itself; never fails."""

    def find(self, session: Session, name: str) -> Draft:
        """Return the draft with a name, which may have no content."""
        row = self._row(session, name)
        return Draft(name, None, _NONE) if row is None else _record(row)

    def save(  # noqa: PLR0913 - the columns of a row
        self, session: Session, name: str, content: bytes, *, seen: int, by: str | None, now: datetime
    ) -> Draft:
        """Keep `content` as the draft; `seen` is the revision that it was made from, 0 when there was none.

        Raises:
            DraftConflict: when the draft has another revision by now.
            DraftTooLarge: when it has more than `MAXIMUM_BYTES`.

        """
        if len(content) > MAXIMUM_BYTES:
            raise DraftTooLarge
        row = self._seen(session, name, seen)
        if row is None:
            row = DraftRow(kind=self.kind.value, name=name, revision=_NONE)
            session.add(row)
        about = self.about(name, content)
        row.content, row.sha256 = content, sha256(content).hexdigest()
        row.title, row.tags = about.title, about.tags
        row.revision += 1
        row.saved_at, row.saved_by = now, by
        session.flush()
        return _record(row)

    def discard(self, session: Session, name: str, *, seen: int, by: str | None, now: datetime) -> bool:
        """Throw the draft away; return whether there was one.

        Raises:
            DraftConflict: when it has another revision than the one that was seen.

        """
        row = self._seen(session, name, seen)
        if row is None or row.content is None:
            return False
        row.content, row.title, row.tags, row.sha256 = None, "", "", ""
        row.revision += 1
        row.saved_at, row.saved_by = now, by
        session.flush()
        return True

    def overview(self, session: Session) -> list[DraftEntry]:
        """Return every draft."""
        rows = session.scalars(_LIST, {"kind": self.kind.value})
        return [DraftEntry(row.name, row.title, row.sha256, row.saved_at, row.saved_by, row.tags) for row in rows]

    def _seen(self, session: Session, name: str, seen: int) -> DraftRow | None:
        """Return the row of a draft whose revision is the one that was seen."""
        row = self._row(session, name)
        if seen != (_NONE if row is None else row.revision):
            raise DraftConflict(Draft(name, None, _NONE) if row is None else _record(row))
        return row

    def _row(self, session: Session, name: str) -> DraftRow | None:
        return session.scalar(_OF_NAME, {"kind": self.kind.value, "name": name})


def _record(row: DraftRow) -> Draft:
    return Draft(row.name, row.content, row.revision, row.saved_at, row.saved_by)
