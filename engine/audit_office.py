"""The audit trail as auditors use it. Each method is one transaction."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine import audit
from engine.audit import AuditAction, export
from engine.audit import search as audit_search
from engine.audit.checkpoints import Checkpoint, Checkpoints, TrailState, append_to, read_from
from engine.audit.search import AuditEntry, WantedEvents
from engine.audit.verification import Verification, verify
from engine.clock import Clock
from engine.store import Database


class AuditOffice:
    """Searches, verifies, exports and signs the audit trail."""

    def __init__(self, database: Database, checkpoints: Checkpoints, kept_in: Path, clock: Clock) -> None:
        """Keep signatures in the file `kept_in`, too: an end of the trail that was cut off with its own is found."""
        self._database = database
        self._checkpoints = checkpoints
        self._kept_in = kept_in
        self._clock = clock

    @property
    def public_key(self) -> bytes:
        """What the signatures are verified with (Ed25519)."""
        return self._checkpoints.public_key

    def search(self, wanted: WantedEvents, before: int | None, limit: int) -> tuple[list[AuditEntry], int | None]:
        """Return the events that are looked for, the latest first; see `engine.audit.search`."""
        with self._database.read() as session:
            return audit_search.search(session, wanted, before, limit)

    def state(self) -> TrailState:
        """Return how far the audit trail is signed; see `Checkpoints.state`."""
        with self._database.read() as session:
            return self._checkpoints.state(session)

    def verify(self, others: Sequence[Path] = ()) -> Verification:
        """Go through the whole audit trail.

        Compared are the signatures in the table, in the data folder, and in `others`: files that were kept elsewhere.
        """
        own = [self._kept_in] if self._kept_in.exists() else []
        kept = [checkpoint for path in (*others, *own) for checkpoint in read_from(path)]
        with self._database.read() as session:
            return verify(session, [*self._checkpoints.kept(session), *kept], self._checkpoints.public_key)

    def export(self, wanted: WantedEvents, *, by: str, **asked: str) -> Iterator[str]:
        """Note who takes the events that are looked for, and return them as lines of JSON, as they are read."""
        with self._database.write() as session:
            audit.record(session, self._clock, AuditAction.AUDIT_EXPORTED, by=by, **asked)

        def lines() -> Iterator[str]:
            with self._database.read() as session:
                yield from export.lines(audit_search.every(session, wanted), export.Format.JSONL)

        return lines()

    def sign_backup(self, *, with_key: bool) -> None:
        """Note that a backup is made, and sign what the audit trail has come to."""
        with self._database.write() as session:
            audit.record(session, self._clock, AuditAction.BACKUP_MADE, with_key=with_key)
            made = self._checkpoints.make(session)
        self._keep(made)

    def sign(self, *, when_due: bool = False) -> Checkpoint | None:
        """Sign what the audit trail has come to; with `when_due` only when many events were added since then."""
        with self._database.write() as session:
            made = self._checkpoints.make_when_due(session) if when_due else self._checkpoints.make(session)
        self._keep(made)
        return made

    def _keep(self, made: Checkpoint | None) -> None:
        if made is not None:
            append_to(self._kept_in, made)
