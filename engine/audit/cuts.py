"""Removes the oldest events, so that nobody can do the same unseen.

A cut is itself an event: it says up to which event the trail was removed, what the chain had come to there, and how
many events there were, signed by the key of the checkpoints. Verification begins there. Whoever can only write to the
database cannot make one: events that are missing without a cut are a break.

A trail is cut where a signed checkpoint stands, and only when what is removed is still what was signed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import LargeBinary, bindparam, delete, func, select, type_coerce
from sqlalchemy.orm import Session

from engine.audit.actions import AuditAction
from engine.audit.chain import FIRST
from engine.store.models import AuditCheckpoint, AuditEvent

_DOMAIN = b"idflow-audit-cut-1"
_CUTS = (
    select(type_coerce(AuditEvent.detail, LargeBinary))
    .where(AuditEvent.event == AuditAction.AUDIT_CUT.value)
    .order_by(AuditEvent.id.desc())
)
_OLDEST = select(func.min(AuditEvent.id))
_REACHED = select(func.max(AuditCheckpoint.id)).where(AuditCheckpoint.at <= bindparam("before"))
_REMOVABLE = (
    select(AuditEvent.id).where(AuditEvent.id <= bindparam("last")).order_by(AuditEvent.id).limit(bindparam("at_most"))
)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the trail begins."""

    last: int = 0
    """The last event that was removed."""
    hash: bytes = FIRST
    """Its hash."""
    count: int = 0
    """How many events there had been up to it."""

    def signed(self) -> bytes:
        """Return the bytes that the signature is over."""
        parts = (_DOMAIN, self.hash, str(self.last).encode(), str(self.count).encode())
        return b"".join(len(part).to_bytes(4) + part for part in parts)


NONE = Cut()
"""Nothing was removed."""


def is_untouched(session: Session) -> bool:
    """Tell whether the first event is still there: then no cut need be looked for."""
    return session.scalar(_OLDEST) == 1


def read(session: Session) -> Iterator[tuple[Cut, bytes]]:
    """Yield what says that it is a cut, the latest first, with its signature, which nobody has looked at yet."""
    for (detail,) in session.execute(_CUTS):
        try:
            table = orjson.loads(detail)
            yield (
                Cut(int(table["last"]), bytes.fromhex(table["hash"]), int(table["count"])),
                bytes.fromhex(table["signature"]),
            )
        except (ValueError, KeyError, TypeError):
            continue


def reached(session: Session, before: datetime) -> int | None:
    """Return up to which event the trail is older than a time, as its checkpoints say; None when nothing is left."""
    last, oldest = session.scalar(_REACHED, {"before": before}), session.scalar(_OLDEST)
    return last if last is not None and oldest is not None and oldest <= last else None


def remove(session: Session, cut: Cut, at_most: int) -> int:
    """Delete events up to a cut, the oldest first; return how many."""
    numbers = session.scalars(_REMOVABLE, {"last": cut.last, "at_most": at_most}).all()
    if numbers:
        session.execute(delete(AuditEvent).where(AuditEvent.id <= numbers[-1]))
    return len(numbers)
