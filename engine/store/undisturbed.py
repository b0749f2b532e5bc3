"""A database that nobody else uses: for who must miss nothing of it, and must not be overtaken.

SQLite: a connection in exclusive mode locks the whole file when it begins to read. It is let in only while no other
connection, of any process, has the file open, and keeps every other one out (https://sqlite.org/pragma.html, under
`locking_mode`, and https://sqlite.org/wal.html#noshm).
PostgreSQL: the server lists who is connected under our name. Who comes later is not kept out.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from engine.errors import Refused
from engine.store.database import Database

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'idflow'"
    " AND pid <> pg_backend_pid()"
)


class DatabaseInUse(Refused):
    """Something else works on the database. Stop idflow run, serve and worker, and every other command, first."""

    code = "database-in-use"


@contextmanager
def undisturbed(database: Database) -> Iterator[Session]:
    """Open a transaction that sees one moment and changes nothing, while nobody else uses the database.

    Connections of this process count: they are given back first.

    Raises:
        DatabaseInUse: when somebody does.

    """
    database.close()
    if database.is_sqlite:
        with _exclusive(database.engine.url.database or "") as session:
            yield session
        return
    with database.read() as session:
        if session.scalar(_OTHERS):
            raise DatabaseInUse
        yield session


@contextmanager
def _exclusive(file: str) -> Iterator[Session]:
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise DatabaseInUse from error
            raise
        # Whatever is done with it: the file stays as it is.
        connection.execute("PRAGMA query_only=ON")
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        with Session(engine, expire_on_commit=False) as session:
            yield session
