"""Drafts of forms: what a designer works on, any text, kept until it is discarded; one for each name.

Who saves says which revision they saw. When another one is there, nothing is saved, and they are told what it holds.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, defer

from engine.errors import Conflict, Refused
from engine.form import MAXIMUM_BYTES, title_of
from engine.store import FormDraft

_NONE = 0
"""The revision of a draft that was never saved."""

_LIST = select(FormDraft).options(defer(FormDraft.content)).where(FormDraft.content.is_not(None))
_OF_NAME = select(FormDraft).where(FormDraft.name == bindparam("name"))


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


def find(session: Session, name: str) -> Draft:
    """Return the draft of a form, which may have no content."""
    row = session.scalar(_OF_NAME, {"name": name})
    return Draft(name, None, _NONE) if row is None else _record(row)


def save(  # noqa: PLR0913 - the columns of a row
    session: Session, name: str, content: bytes, *, seen: int, by: str | None, now: datetime
) -> Draft:
    """Keep `content` as the draft; `seen` is the revision that it was made from, 0 when there was none.

    Raises:
        DraftConflict: when the draft has another revision by now.
        DraftTooLarge: when it has more than `MAXIMUM_BYTES`.

    """
    if len(content) > MAXIMUM_BYTES:
        raise DraftTooLarge
    row = _seen(session, name, seen)
    if row is None:
        row = FormDraft(name=name, revision=_NONE)
        session.add(row)
    row.content, row.title, row.sha256 = content, title_of(content), sha256(content).hexdigest()
    row.revision += 1
    row.saved_at, row.saved_by = now, by
    session.flush()
    return _record(row)


def discard(session: Session, name: str, *, seen: int, by: str | None, now: datetime) -> bool:
    """Throw the draft away; return whether there was one.

    Raises:
        DraftConflict: when it has another revision than the one that was seen.

    """
    row = _seen(session, name, seen)
    if row is None or row.content is None:
        return False
    row.content, row.title, row.sha256 = None, "", ""
    row.revision += 1
    row.saved_at, row.saved_by = now, by
    session.flush()
    return True


def overview(session: Session) -> list[DraftEntry]:
    """Return every draft."""
    return [DraftEntry(row.name, row.title, row.sha256, row.saved_at, row.saved_by) for row in session.scalars(_LIST)]


def _seen(session: Session, name: str, seen: int) -> FormDraft | None:
    """Return the row of a draft whose revision is the one that was seen."""
    row = session.scalar(_OF_NAME, {"name": name})
    if seen != (_NONE if row is None else row.revision):
        raise DraftConflict(Draft(name, None, _NONE) if row is None else _record(row))
    return row


def _record(row: FormDraft) -> Draft:
    return Draft(row.name, row.content, row.revision, row.saved_at, row.saved_by)
