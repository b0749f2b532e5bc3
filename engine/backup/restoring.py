"""Puts a backup in the place of an installation that does not run. Until everything was looked at, nothing changes."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from engine import audit
from engine.audit import AuditAction
from engine.audit.checkpoints import Checkpoints, append_to, read_from
from engine.audit.verification import verify
from engine.backup import archive
from engine.backup.making import check
from engine.clock import Clock
from engine.config import Settings
from engine.errors import NotFound, Refused
from engine.identity import Vault
from engine.identity.kek import decoded, read_key
from engine.store import Database

_HEAD = "SELECT id, hash FROM audit_events ORDER BY id DESC LIMIT 1"
_AT = "SELECT hash FROM audit_events WHERE id = ?"


class InstallationRunning(Refused):
    """Idflow is running on the installation that would be replaced. Stop every process first."""

    code = "installation-running"


class InstallationNewer(Refused):
    """The installation has gone on since the backup was made; what it has would be lost. --force keeps it aside."""

    code = "installation-newer"


class InstallationOther(Refused):
    """There is another installation in this folder. Choose another folder, or --force, which keeps it aside."""

    code = "installation-other"


class KeyMissing(NotFound):
    """The backup is without its key-encryption key. Put the key into keys/kek of the data folder, or set IDFLOW_KEY."""

    code = "key-missing"


class TrailBroken(Refused):
    """The audit trail in the backup is not what was signed. --force restores it all the same."""

    code = "trail-broken"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done."""

    made_at: datetime
    """When the backup was made."""
    events: int
    """How many events its audit trail has."""
    kept: tuple[Path, ...]
    """Where the files are now that were there before."""


def restore(settings: Settings, source: Path, clock: Clock, *, force: bool = False) -> Restored:
    """Make the installation of the settings what a backup is.

    Raises:
        BackupElsewhere: when the database is no file.
        BackupInvalid: when it is none, or damaged.
        KeyMissing, VaultKeyWrong: when its secrets could not be opened.
        DatabaseTooNew: when a newer version of Idflow has made it.
        InstallationRunning: when somebody has the database open.
        InstallationNewer, InstallationOther, TrailBroken: see there; `force` goes on all the same.

    """
    if settings.postgres is not None:
        raise archive.BackupElsewhere
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.data, prefix=".idflow-restore-") as name:
        folder = Path(name)
        contents = archive.read(source, folder)
        copy = folder / archive.DATABASE
        with closing(sqlite3.connect(copy)) as connection:
            check(connection)
        replaced = _replaced(settings.database, copy, force=force)
        key, opening = _key(settings, folder)
        events = _prepare(folder, opening, clock, replaced, force=force)
        return Restored(contents.made_at, events, tuple(_put(settings, folder, clock.now(), new_key=key)))


def _replaced(existing: Path, copy: Path, *, force: bool) -> int | None:
    """Return the last event of the installation that is replaced; None without one."""
    if not existing.exists():
        return None
    with closing(sqlite3.connect(existing, timeout=0)) as old, closing(sqlite3.connect(copy)) as new:
        try:
            # Only who is alone with a database can take it out of write-ahead mode; what was in its log is in it then.
            old.execute("PRAGMA journal_mode=DELETE").fetchone()
            last, known = old.execute(_HEAD).fetchone() or (0, None), new.execute(_HEAD).fetchone() or (0, None)
            if force or (last[1] and new.execute(_AT, last[:1]).fetchone() == last[1:]):
                return int(last[0])
            newer = known[1] and old.execute(_AT, known[:1]).fetchone() == known[1:]
        except sqlite3.OperationalError as error:
            raise InstallationRunning from error
        except sqlite3.DatabaseError:
            # What is there cannot be read.
            newer = False
            if force:
                return 0
        raise InstallationNewer if newer else InstallationOther


def _key(settings: Settings, folder: Path) -> tuple[bool, bytes]:
    """Return a key that is there, and whether it is the one in the backup: only when there is no other."""
    if settings.key is not None:
        return False, decoded(settings.key, "IDFLOW_KEY")
    own, given = settings.key_file, folder / archive.KEY
    if own.exists() and (not given.exists() or read_key(own) == read_key(given)):
        return False, read_key(own)
    if not given.exists():
        raise KeyMissing
    return True, read_key(given)


def _prepare(folder: Path, key: bytes, clock: Clock, replaced: int | None, *, force: bool) -> int:
    """Open the copy with its key, look at its trail, and note there that it is restored; count the events."""
    database = Database(f"sqlite:///{folder / archive.DATABASE}")
    kept = folder / archive.CHECKPOINTS
    try:
        database.migrate()
        with database.write() as session:
            vault = Vault.open(session, key, clock)
            signing = Checkpoints(vault.derive("audit-checkpoint"), clock)
            given = read_from(kept) if kept.exists() else []
            found = verify(session, [*signing.kept(session), *given], signing.public_key)
            if found.breaks and not force:
                raise TrailBroken(f"The audit trail in the backup is broken: {found.breaks[0].message}")
            audit.record(session, clock, AuditAction.BACKUP_RESTORED, replaced_up_to=replaced, forced=force)
            checkpoint = signing.make(session)
    finally:
        database.close()
    if checkpoint is not None:
        append_to(kept, checkpoint)
    return found.count


def _put(settings: Settings, folder: Path, now: datetime, *, new_key: bool) -> Iterator[Path]:
    """Put the files in place; yield where those are that were there."""
    pairs = [(archive.DATABASE, settings.database), (archive.CHECKPOINTS, settings.checkpoints)]
    if new_key:
        settings.key_file.parent.mkdir(mode=0o700, exist_ok=True)
        # First: a database without its key is of no use, a key without its database does no harm.
        pairs.insert(0, (archive.KEY, settings.key_file))
    for name, place in pairs:
        if place.exists():
            aside = place.with_name(f"{place.name}.replaced-{now:%Y%m%dT%H%M%S%f}")
            os.link(place, aside)
            yield aside
            # A log belongs to its database: beside another one it would spoil it.
            for end in ("-wal", "-shm"):
                if (log := place.with_name(place.name + end)).exists():
                    log.rename(aside.with_name(aside.name + end))
        (folder / name).replace(place)
    for path in {place.parent for _, place in pairs}:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
