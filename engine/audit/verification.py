"""Looks for what was changed, deleted, put in or moved in the audit trail, and says where."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.audit.accounts import Noted
from engine.audit.chain import FIRST, link
from engine.audit.checkpoints import Checkpoint, is_signed, latest_cut
from engine.audit.cuts import NONE, Cut
from engine.audit.events import read
from engine.store.models import AuditEvent

MAXIMUM_BREAKS = 100
"""How many breaks are listed: a chain that was written anew has one at every checkpoint."""


class BreakKind(StrEnum):
    """What is wrong at a place of the chain."""

    CHANGED = "changed"
    """A column is not what was hashed, or the event stands in the place of another."""
    MISSING = "missing"
    UNREADABLE = "unreadable"
    REWRITTEN = "rewritten"
    """The chain is whole, but it is not the one that a checkpoint says."""
    UNLISTED = "unlisted"
    """The event is whole, but by the accounts that it names it is not found."""
    CHECKPOINT = "checkpoint"
    """A checkpoint is not signed by this installation."""


_BESIDE = frozenset({BreakKind.CHECKPOINT, BreakKind.UNLISTED})
"""What says nothing of the events themselves."""


@dataclass(frozen=True, slots=True)
class Break:
    """One place at which the trail is not what it was."""

    kind: BreakKind
    first: int
    """The first event, by its id, that is concerned."""
    last: int
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found."""

    count: int
    """How many events there are."""
    last: int
    """The id of the last one; 0 when there is none."""
    vouched: int
    """The last event before any break that a signed checkpoint vouches for; what follows it is only chained."""
    breaks: tuple[Break, ...]
    cut: Cut = NONE
    """Up to where events were removed, as was signed; they are counted."""


@dataclass(slots=True)
class _Walk:
    """Where the verification stands."""

    last: int = 0
    previous: bytes = FIRST
    count: int = 0
    breaks: list[Break] = field(default_factory=list)

    def note(self, kind: BreakKind, first: int, last: int, message: str) -> None:
        if len(self.breaks) < MAXIMUM_BREAKS:
            self.breaks.append(Break(kind, first, last, message))


def verify(
    session: Session,
    checkpoints: Iterable[Checkpoint],
    public_key: bytes,
    *,
    until: int | None = None,
    newest: int | None = None,
) -> Verification:
    """Go through the whole trail in one reading transaction, and compare it with checkpoints from anywhere.

    It begins where its latest signed cut says that it was removed up to; `until` is the last event that is looked at.
    With `newest`, only so many events at the end are looked at: what comes before them is taken as it is.
    """
    cut = latest_cut(session, public_key)
    begin = cut if newest is None else _begin(session, cut, newest)
    walk, vouched = _Walk(begin.last, begin.hash, begin.count), begin.last
    waiting = iter(sorted(_signed(checkpoints, public_key, walk), key=lambda each: (each.id, each.count)))
    next_one = next(waiting, None)
    while next_one is not None and next_one.id <= begin.last:
        if next_one.id == begin.last:
            _compare(walk, next_one, vouched)
        next_one = next(waiting, None)
    with closing(Noted(session)) as noted:
        for number, row in read(session, begin.last or None):
            if until is not None and number > until:
                break
            while next_one is not None and next_one.id < number:
                walk.note(
                    *_missing(next_one.id, next_one.id), f"Event {next_one.id}, which a checkpoint names, is missing."
                )
                next_one = next(waiting, None)
            _step(walk, number, row)
            if row is not None and not noted.agrees(number, row.detail):
                text = f"The list of accounts does not say of event {number} what its detail says."
                walk.note(BreakKind.UNLISTED, number, number, text)
            while next_one is not None and next_one.id == number:
                vouched = _compare(walk, next_one, vouched)
                next_one = next(waiting, None)
    rest = [each for each in (next_one, *waiting) if each is not None]
    if rest:
        end = max(each.id for each in rest)
        walk.note(
            *_missing(walk.last + 1, end),
            f"{_events(walk.last + 1, end)} missing at the end: a checkpoint names {end}.",
        )
    return Verification(walk.count, walk.last, vouched, tuple(walk.breaks), cut)


def _begin(session: Session, cut: Cut, newest: int) -> Cut:
    """Return the event before the `newest` ones as if the trail were cut there."""
    last = (session.scalar(select(func.max(AuditEvent.id))) or 0) - newest
    known = session.scalar(select(AuditEvent.hash).where(AuditEvent.id == last)) if last > cut.last else None
    # Where that event is missing, the whole trail is looked at.
    return cut if known is None else Cut(last, known, cut.count + last - cut.last)


def _signed(checkpoints: Iterable[Checkpoint], public_key: bytes, walk: _Walk) -> Iterator[Checkpoint]:
    for each in dict.fromkeys(checkpoints):
        if is_signed(each, public_key):
            yield each
        else:
            text = f"The checkpoint at event {each.id} is not signed by this installation."
            walk.note(BreakKind.CHECKPOINT, each.id, each.id, text)


def _step(walk: _Walk, number: int, row: Any) -> None:
    walk.count += 1
    if row is None:
        walk.note(BreakKind.UNREADABLE, number, number, f"Event {number} cannot be read: a column was overwritten.")
        walk.last = number
        return
    try:
        texts = (row.event, row.instance_id, row.token_id, row.user_id)
        whole = link(walk.previous, number, row.at, texts, row.detail) == row.hash
    except (TypeError, AttributeError):
        whole = False
    if not whole and number > walk.last + 1:
        walk.note(*_missing(walk.last + 1, number - 1), f"{_events(walk.last + 1, number - 1)} missing.")
    elif not whole:
        text = f"Event {number} was changed, put in, or does not follow the one before it."
        walk.note(BreakKind.CHANGED, number, number, text)
    # On with what the row says of itself: so one change is one break, and the next is found too.
    walk.last, walk.previous = number, row.hash if isinstance(row.hash, bytes) else FIRST


def _compare(walk: _Walk, checkpoint: Checkpoint, vouched: int) -> int:
    if (checkpoint.hash, checkpoint.count) == (walk.previous, walk.count):
        # It vouches for the hashes: for the events only where each is the one that was hashed.
        return checkpoint.id if all(each.kind in _BESIDE for each in walk.breaks) else vouched
    text = (
        f"The trail up to event {checkpoint.id} is not what the checkpoint of {checkpoint.at:%Y-%m-%d %H:%M:%SZ} says: "
        f"{checkpoint.count} events then, {walk.count} now."
    )
    walk.note(BreakKind.REWRITTEN, vouched + 1, checkpoint.id, text)
    return vouched


def _missing(first: int, last: int) -> tuple[BreakKind, int, int]:
    return BreakKind.MISSING, first, last


def _events(first: int, last: int) -> str:
    return f"Event {first} is" if first == last else f"Events {first} to {last} are"
