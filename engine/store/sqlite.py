"""SQLite: one file, one writer.

Write-ahead logging, so that readers never wait; `synchronous=FULL`, so that a committed step survives a power cut; and
a writing transaction takes the write lock when it begins (`BEGIN IMMEDIATE`), so that what it has read is still true
when it commits. The threads of one process queue for it here: SQLite lets whoever polls at the right moment go first,
so that under load somebody would wait for ever.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY, SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_READONLY, OperationalError, connect
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session

from engine.store import backend
from engine.store.backend import DatabaseBusy, DatabaseUnavailable, DatabaseUnsuitable, Locks

_SETTINGS = ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
_KEPT_IN_FILE = "journal_mode=WAL"

_UNUSABLE = {
    SQLITE_CANTOPEN: "cannot be opened",
    SQLITE_NOTADB: "is no database of SQLite",
    SQLITE_READONLY: "cannot be written",
}


class FileUnusable(DatabaseUnavailable):
    """The file of the database cannot be used right now. Try again in a moment."""

    code = "database-file-unusable"


class Sqlite:
    """A file of SQLite; it and its folder are made when they are missing, but for who `only_looks`."""

    locks: Locks | None = None

    def __init__(self, url: URL, *, only_looks: bool = False) -> None:
        self._url, self._only_looks = url, only_looks
        self._turn = Lock()

    def engine(self) -> Engine:
        """Return what opens connections to it; raises `DatabaseUnsuitable` when its folder cannot be made."""
        file = self._url.database
        if file and self._only_looks:
            there = f"{Path(file).absolute().as_uri()}?mode=rw"
            made = create_engine(self._url, creator=lambda: connect(there, uri=True, check_same_thread=False))
            engine = _configured(made, _SETTINGS)
        else:
            if file:
                _make_folder(Path(file).parent)
            engine = configured(create_engine(self._url))

        @event.listens_for(engine, "handle_error")
        def say_what_to_do(context: ExceptionContext) -> None:
            code: int = getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF
            if code in _UNUSABLE:
                raise FileUnusable(
                    f"The file {file} {_UNUSABLE[code]}. Look at who may write to its folder, or choose another by "
                    "--data or IDFLOW_DATA."
                ) from context.original_exception

        return engine

    def reading(self, engine: Engine) -> Engine:
        """Return the same for transactions that change nothing: each sees one moment."""
        return engine

    def end_reading(self, session: Session) -> None:
        """Leave it to the rollback: a commit would keep what somebody has written by mistake."""

    def writing(self, engine: Engine) -> Engine:
        """Return the same for transactions that take the write lock; an empty file would be written by that alone."""
        return engine.execution_options(idflow_write=not self._only_looks)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the other threads of this process that write; raises `DatabaseBusy`."""
        if not self._turn.acquire(timeout=backend.WAIT_SECONDS):
            raise DatabaseBusy
        try:
            yield
        finally:
            self._turn.release()

    def prepare(self, connection: Connection) -> None:
        """Do nothing: of two processes, the second waits for the write lock and finds the work done."""


def _make_folder(folder: Path) -> None:
    """Make the folder for its owner alone, unless it is there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnsuitable(
            f"The data folder {folder} cannot be made: {error.strerror}. Choose another by --data or IDFLOW_DATA."
        ) from error


def configured(engine: Engine) -> Engine:
    """Return the engine with the settings and the transactions that this package relies on."""
    return _configured(engine, (_KEPT_IN_FILE, *_SETTINGS))


def _configured(engine: Engine, pragmas: Sequence[str]) -> Engine:
    event.listen(engine, "connect", lambda connection, _: _configure(connection, pragmas))
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, pragmas: Sequence[str]) -> None:
    # The driver's own transactions begin too late (at the first write); ours begin in _begin.
    connection.isolation_level = None
    try:
        for pragma in (f"busy_timeout={int(backend.WAIT_SECONDS * 1000)}", *pragmas):
            connection.execute(f"PRAGMA {pragma}")
    except OperationalError as error:
        if error.sqlite_errorcode & 0xFF == SQLITE_BUSY:
            raise DatabaseBusy(
                "Another process has the file of the database for itself: idflow database copy does. Wait until it is "
                "done, and try again."
            ) from error
        raise


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("idflow_write", False)
    # Straight to the driver: nobody else needs to hear of it, and every request begins with it.
    driver = connection.connection.driver_connection
    try:
        driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")  # type: ignore[union-attr] # only called with one
    except OperationalError as error:
        # Another process holds the lock.
        if error.sqlite_errorcode & 0xFF == SQLITE_BUSY:
            raise DatabaseBusy from error
        raise
