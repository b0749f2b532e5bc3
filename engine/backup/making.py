"""Makes a backup while everything runs."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from engine.application import Application
from engine.backup import archive
from engine.backup.archive import BackupInvalid, Contents
from engine.errors import NotFound, Refused


class BackupExists(Refused):
    """There is a file of this name already."""

    code = "backup-exists"


class FolderMissing(NotFound):
    """There is no folder for the backup."""

    code = "folder-missing"


def make(application: Application, target: Path, *, with_key: bool = False) -> Contents:
    """Write a backup to `target`, a new file; it is there as a whole or not at all.

    The audit trail is signed first, so that the backup says how far it goes. The key-encryption key is left out unless
    `with_key` asks for the one in the data folder.

    Raises:
        BackupElsewhere: when there is no file of a database.
        BackupExists: when there is such a file.
        BackupInvalid: when what was copied is damaged: then the database is.

    """
    if application.settings.postgres is not None:
        raise archive.BackupElsewhere
    if target.exists():
        raise BackupExists(f"{target} exists already; choose another name.")
    if not target.parent.is_dir():
        raise FolderMissing(f"There is no folder {target.parent}.")
    settings, now = application.settings, application.clock.now()
    application.audit_office.sign_backup(with_key=with_key)
    with TemporaryDirectory(dir=target.parent, prefix=".idflow-backup-") as name:
        folder = Path(name)
        content = folder / "content"
        content.mkdir()
        # Before the database: it may sign later ones, which this copy would then seem to lack.
        copyfile(settings.checkpoints, content / archive.CHECKPOINTS)
        copy(settings.database, content / archive.DATABASE)
        if with_key:
            copyfile(settings.key_file, content / archive.KEY)
        contents = archive.write(folder / "archive", content, now)
        try:
            # Unlike a rename, a link never replaces a file that came meanwhile.
            os.link(folder / "archive", target)
        except FileExistsError as error:
            raise BackupExists(f"{target} exists already; choose another name.") from error
    return contents


def copy(source: Path, target: Path) -> None:
    """Copy a database that others read and write, as it is at one moment; nobody has to wait.

    All pages are copied in one step, in which SQLite holds a reading transaction; writers go on beside it.
    """
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(target)) as writing:
            reading.backup(writing)
            # One file, with nothing beside it that would have to be copied, too.
            writing.execute("PRAGMA journal_mode=DELETE")
            check(writing)


def check(connection: sqlite3.Connection) -> None:
    """Do nothing for a database that is whole; raises `BackupInvalid`."""
    try:
        whole = connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        strays = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupInvalid("The database in it is damaged.") from error
    if not whole or strays is not None:
        raise BackupInvalid("The database in it is damaged.")
