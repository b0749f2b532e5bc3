"""Saved states: what a draft was when somebody saved it on purpose, to compare with and to go back to.

A state is named by the revision of the draft that it was.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session, defer

from engine.drafts import Draft, DraftKind
from engine.errors import NotFound
from engine.store.models import SavedStateRow

KEPT = 50
"""How many states of a draft are kept: the newest."""

MAXIMUM_REVISION = 2**31 - 1
"""What the database can count to."""

_OF_DRAFT = (
    select(SavedStateRow)
    .where(SavedStateRow.kind == bindparam("kind"), SavedStateRow.name == bindparam("name"))
    .order_by(SavedStateRow.revision.desc())
)
_LIST = _OF_DRAFT.options(defer(SavedStateRow.content)).limit(KEPT)
_ONE = _OF_DRAFT.where(SavedStateRow.revision == bindparam("revision"))


class StateNotFound(NotFound):
    """There is no such saved state: of each draft, the newest are kept."""

    code = "saved-state-not-found"


@dataclass(frozen=True, slots=True)
class SavedState:
    """One state, for lists."""

    revision: int
    sha256: str
    saved_at: datetime
    saved_by: str | None
    """The name of an account."""


def keep(session: Session, kind: DraftKind, draft: Draft, content: bytes, now: datetime) -> bool:
    """Keep what a draft is now, unless it is the newest state already; return whether it is a new one.

    Older states than the newest `KEPT` are forgotten.
    """
    digest = sha256(content).hexdigest()
    before = states(session, kind, draft.name)
    if before and before[0].sha256 == digest:
        return False
    row = SavedStateRow(kind=kind.value, name=draft.name, revision=draft.revision, content=content, sha256=digest)
    row.saved_at, row.saved_by = draft.saved_at or now, draft.saved_by
    session.add(row)
    if len(before) >= KEPT:
        _forget(session, kind, draft.name, before[KEPT - 2].revision)
    session.flush()
    return True


def states(session: Session, kind: DraftKind, name: str) -> list[SavedState]:
    """Return the states of a draft, the newest first."""
    rows = session.scalars(_LIST, {"kind": kind.value, "name": name})
    return [SavedState(row.revision, row.sha256, row.saved_at, row.saved_by) for row in rows]


def content(session: Session, kind: DraftKind, name: str, revision: int) -> bytes:
    """Return what a draft was; raises `StateNotFound`."""
    values = {"kind": kind.value, "name": name, "revision": revision}
    row = session.scalar(_ONE, values) if 0 < revision <= MAXIMUM_REVISION else None
    if row is None:
        raise StateNotFound
    return row.content


def forget(session: Session, kind: DraftKind, name: str) -> None:
    """Forget every state of a draft."""
    _forget(session, kind, name, MAXIMUM_REVISION)


def _forget(session: Session, kind: DraftKind, name: str, below: int) -> None:
    """Forget the states of a draft whose revision is lower than `below`."""
    session.execute(
        delete(SavedStateRow).where(
            SavedStateRow.kind == kind.value, SavedStateRow.name == name, SavedStateRow.revision < below
        )
    )
