"""SQLite: one file, one writer.

Write-ahead logging, so that readers never wait; `synchronous=FULL`, so that a committed step survives a power cut; and
a writing transaction takes the write lock when it begins (`BEGIN IMMEDIATE`), so that what it has read is still true
when it commits. The threads of one process queue for it here: SQLite lets whoever polls at the right moment go first,
so that under load somebody would wait for ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY, OperationalError
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from engine.store import backend
from engine.store.backend import DatabaseBusy, Locks

_SETTINGS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


class Sqlite:
    """A file of SQLite; it and its folder are made when they are missing."""

    locks: Locks | None = None

    def __init__(self, url: URL) -> None:
        self._url = url
        self._turn = Lock()

    def engine(self) -> Engine:
        """Return what opens connections to it."""
        if self._url.database:
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        return configured(create_engine(self._url))

    def reading(self, engine: Engine) -> Engine:
        """Return the same for transactions that change nothing: each sees one moment."""
        return engine

    def writing(self, engine: Engine) -> Engine:
        """Return the same for transactions that take the write lock."""
        return engine.execution_options(idflow_write=True)

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


def configured(engine: Engine) -> Engine:
    """Return the engine with the settings and the transactions that this package relies on."""
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _: object) -> None:
    # The driver's own transactions begin too late (at the first write); ours begin in _begin.
    connection.isolation_level = None
    for pragma in (*_SETTINGS, f"busy_timeout={int(backend.WAIT_SECONDS * 1000)}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("idflow_write", False)
    # Straight to the driver: nobody else needs to hear of it, and every request begins with it.
    driver = connection.connection.driver_connection
    try:
        driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")  # type: ignore[union-attr]
    except OperationalError as error:
        # Another process holds the lock.
        if error.sqlite_errorcode & 0xFF == SQLITE_BUSY:
            raise DatabaseBusy from error
        raise
