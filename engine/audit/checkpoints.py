"""Signed checkpoints: what the audit trail had come to at a time.

The chain alone finds a row that was changed. Who can write to the database could write the whole chain anew, or cut off
its end; a checkpoint says what the chain was, signed with Ed25519 (RFC 8032) by a key that is not in the database.
Checkpoints are kept in a table, and outside it: in a file beside the database, and wherever an operator keeps what
`idflow audit checkpoint` prints. The public key alone checks them. Events after the last checkpoint are chained, but
nobody vouches for them yet.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import cuts
from engine.audit.actions import AuditAction
from engine.audit.chain import microseconds
from engine.audit.cuts import Cut
from engine.clock import Clock
from engine.errors import Refused
from engine.store.models import AuditCheckpoint, AuditEvent

EVERY = 1000
"""After how many events the next checkpoint is due."""

MAXIMUM_FILE_BYTES = 64 * 1024 * 1024
"""How large a file of checkpoints may be."""

_VERSION = 1
_DOMAIN = b"idflow-audit-checkpoint-1"
_HEAD = select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
_LAST = select(func.max(AuditCheckpoint.id))
_COUNT = select(func.count()).select_from(AuditEvent).where(AuditEvent.id > bindparam("after"))
_COUNT_TO = _COUNT.where(AuditEvent.id <= bindparam("to"))
_KEPT = select(AuditCheckpoint).order_by(AuditCheckpoint.id)


class CheckpointInvalid(Refused):
    """This is no checkpoint of an audit trail."""

    code = "checkpoint-invalid"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the trail had come to."""

    id: int
    """Of the last event."""
    hash: bytes
    """Its hash."""
    count: int
    """How many events there were."""
    at: datetime
    signature: bytes

    def signed(self) -> bytes:
        """Return the bytes that the signature is over."""
        numbers = (str(number).encode() for number in (self.id, self.count, microseconds(self.at)))
        return b"".join(len(part).to_bytes(4) + part for part in (_DOMAIN, self.hash, *numbers))

    def line(self) -> str:
        """Return it as one line of JSON."""
        table = {"version": _VERSION, "id": self.id, "hash": self.hash.hex(), "count": self.count}
        return orjson.dumps({**table, "at": self.at.isoformat(), "signature": self.signature.hex()}).decode()

    @classmethod
    def parse(cls, line: str) -> "Checkpoint":
        """Return the checkpoint that `line` wrote.

        Raises:
            CheckpointInvalid: when it is none.

        """
        try:
            table: dict[str, Any] = orjson.loads(line)
            if table.pop("version") != _VERSION or {*table} != {*cls.__slots__}:
                raise CheckpointInvalid
            at = datetime.fromisoformat(table["at"])
            made = cls(
                int(table["id"]),
                bytes.fromhex(table["hash"]),
                int(table["count"]),
                at,
                bytes.fromhex(table["signature"]),
            )
            made.signed()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise CheckpointInvalid from error
        return made


@dataclass(frozen=True, slots=True)
class TrailState:
    """How far a trail is signed."""

    checkpoint: Checkpoint | None
    """The last one in the table; its signature is looked at by the verification."""
    unsigned: int
    """How many events came after it."""
    cut: Cut
    """Up to where the trail was removed."""


class Checkpoints:
    """Makes, keeps and checks the checkpoints of one installation."""

    __slots__ = ("_clock", "_key")

    def __init__(self, key: bytes, clock: Clock) -> None:
        """Sign with `key`, 32 secret bytes that stay the same for the life of the installation."""
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self._clock = clock

    @property
    def public_key(self) -> bytes:
        """What others check the signatures with."""
        return self._key.public_key().public_bytes_raw()

    def make(self, session: Session) -> Checkpoint | None:
        """Sign where the trail stands, and keep that in the table; None when there are no events.

        Needs a writing transaction.
        """
        audit.settle(session)
        head = session.execute(_HEAD).one_or_none()
        if head is None:
            return None
        cut = self.latest_cut(session)
        # Others may have appended since the head was read.
        count = cut.count + (session.scalar(_COUNT_TO, {"after": cut.last, "to": head.id}) or 0)
        plain = Checkpoint(head.id, head.hash or b"", count, self._clock.now(), b"")
        signature = self._key.sign(plain.signed())
        made = Checkpoint(plain.id, plain.hash, plain.count, plain.at, signature)
        session.merge(
            AuditCheckpoint(id=made.id, hash=made.hash, count=made.count, at=made.at, signature=made.signature)
        )
        session.flush()
        return made

    def make_when_due(self, session: Session) -> Checkpoint | None:
        """Do the same when `EVERY` events were appended since the last one."""
        audit.settle(session)
        head = session.execute(_HEAD).one_or_none()
        if head is None or head.id - (session.scalar(_LAST) or 0) < EVERY:
            return None
        return self.make(session)

    def cut(self, session: Session, last: int) -> Cut:
        """Say in the trail that it was removed up to the checkpoint at event `last`. Needs a writing transaction.

        The events are still there: see `cuts.remove`.
        """
        row = session.get_one(AuditCheckpoint, last)
        cut = Cut(row.id, row.hash, row.count)
        signature = self._key.sign(cut.signed()).hex()
        detail = {"hash": cut.hash.hex(), "signature": signature}
        audit.record(session, self._clock, AuditAction.AUDIT_CUT, last=cut.last, count=cut.count, **detail)
        return cut

    def latest_cut(self, session: Session) -> Cut:
        """Return up to where the trail was removed; see `latest_cut`."""
        return latest_cut(session, self.public_key)

    def state(self, session: Session) -> TrailState:
        """Return how far the trail is signed, without going through it."""
        row = session.scalars(_KEPT.order_by(None).order_by(AuditCheckpoint.id.desc()).limit(1)).first()
        last = None if row is None else Checkpoint(row.id, row.hash, row.count, row.at, row.signature)
        unsigned = session.scalar(_COUNT, {"after": last.id if last else 0}) or 0
        return TrailState(last, unsigned, self.latest_cut(session))

    def kept(self, session: Session) -> list[Checkpoint]:
        """Return the checkpoints in the table, in order."""
        return [Checkpoint(row.id, row.hash, row.count, row.at, row.signature) for row in session.scalars(_KEPT)]


def is_signed(checkpoint: Checkpoint, public_key: bytes) -> bool:
    """Tell whether the installation with this public key has signed the checkpoint."""
    return _verifies(public_key, checkpoint.signature, checkpoint.signed())


def latest_cut(session: Session, public_key: bytes) -> Cut:
    """Return the latest cut that the installation with this public key has signed; see `cuts.NONE`."""
    if cuts.is_untouched(session):
        return cuts.NONE
    for cut, signature in cuts.read(session):
        if _verifies(public_key, signature, cut.signed()):
            return cut
    return cuts.NONE


def _verifies(public_key: bytes, signature: bytes, content: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def append_to(path: Path, checkpoint: Checkpoint) -> None:
    """Write the checkpoint to the end of a file, which is made for its owner alone when it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{checkpoint.line()}\n")
        file.flush()
        os.fsync(file.fileno())


def read_from(path: Path) -> list[Checkpoint]:
    """Return the checkpoints in a file, one a line.

    Raises:
        CheckpointInvalid: when a line is none, or the file is too large.

    """
    if path.stat().st_size > MAXIMUM_FILE_BYTES:
        raise CheckpointInvalid(f"{path} has more than {MAXIMUM_FILE_BYTES} bytes.")
    return list(_parsed(path, path.read_text(encoding="utf-8", errors="replace").splitlines()))


def _parsed(path: Path, lines: Iterable[str]) -> Iterator[Checkpoint]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield Checkpoint.parse(line)
            except CheckpointInvalid as error:
                raise CheckpointInvalid(f"{path}:{number}: this is no checkpoint of an audit trail.") from error
