"""Transactions on the database.

On SQLite: write-ahead logging, so that readers never wait; `synchronous=FULL`, so that a committed step survives a
power cut; and a writing transaction takes the write lock when it begins (`BEGIN IMMEDIATE`), so that what it has read
is still true when it commits. The threads of one process queue for it here: SQLite lets whoever polls at the right
moment go first, so that under load somebody would wait for ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY, OperationalError
from threading import Lock
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from engine.errors import Conflict
from engine.store.migrate import upgrade

BUSY_TIMEOUT_SECONDS = 10.0
"""How long a step waits for the write lock of another before it gives up."""


class DatabaseBusy(Conflict):
    """Too much is going on right now. Nothing has happened; try again in a moment."""

    code = "database-busy"
    retry_helps = True


class Database:
    """The database of one installation."""

    def __init__(self, url: str) -> None:
        """Open it; a SQLite file and its folder are made when they are missing."""
        parsed = make_url(url)
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_engine(parsed)
        event.listen(self.engine, "connect", _configure)
        event.listen(self.engine, "begin", _begin)
        # What a session loaded stays readable after the commit: rows are handed on as plain data.
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(self.engine.execution_options(idflow_write=True), expire_on_commit=False)
        self._turn = Lock()

    def migrate(self) -> None:
        """Bring the tables to the newest version."""
        with self.engine.execution_options(idflow_write=True).begin() as connection:
            upgrade(connection)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that sees one moment of the database and changes nothing."""
        with self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that commits at the end of the block, or rolls back when it is left by an exception.

        Raises:
            DatabaseBusy: when others held the write lock for too long; nothing was read or written.

        """
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_SECONDS):
            raise DatabaseBusy
        try:
            with self._writers.begin() as session:
                yield session
        finally:
            self._turn.release()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _configure(connection: Any, _: object) -> None:
    # The driver's own transactions begin too late (at the first write); ours begin in _begin.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={int(BUSY_TIMEOUT_SECONDS * 1000)}",
        "secure_delete=ON",
    ):
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
