"""Transactions on the database.

On SQLite: write-ahead logging, so that readers never wait; `synchronous=FULL`, so that a committed step survives a
power cut; and a writing transaction takes the write lock when it begins (`BEGIN IMMEDIATE`), so that what it has read
is still true when it commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from engine.store.migrate import upgrade

BUSY_TIMEOUT_MS = 5000
"""How long a step waits for the write lock of another before it gives up."""


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
        """Open a transaction that commits at the end of the block, or rolls back when it is left by an exception."""
        with self._writers.begin() as session:
            yield session

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
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("idflow_write", False)
    # Straight to the driver: nobody else needs to hear of it, and every request begins with it.
    driver = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")  # type: ignore[union-attr]
