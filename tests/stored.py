"""What an installation has stored, to be looked through for what must not be there; and how a program gets at it."""

from pathlib import Path

from sqlalchemy import MetaData, Table, inspect, select
from sqlalchemy.orm import Session

from engine.store import Database

_TABLES: dict[tuple[str, frozenset[str]], list[Table]] = {}
"""By the kind of database and their names: to ask for their columns takes far longer than to read them."""


def content(database: Database) -> bytes:
    """Return every byte that a database has: its files on SQLite, the values of every row on PostgreSQL."""
    if database.is_sqlite:
        file = Path(database.engine.url.database or "")
        return b"".join(each.read_bytes() for each in sorted(file.parent.glob(f"{file.name}*")))
    return rows(database)


def tables(session: Session) -> list[Table]:
    """Return every table that the database has now."""
    connection = session.connection()
    known = connection.dialect.name, frozenset(inspect(connection).get_table_names())
    if known not in _TABLES:
        found = MetaData()
        found.reflect(connection)
        _TABLES[known] = found.sorted_tables
    return _TABLES[known]


def rows(database: Database) -> bytes:
    """Return the values of every row."""
    found = []
    with database.read() as session:
        for table in tables(session):
            for row in session.execute(select(table)):
                found += [each if isinstance(each, bytes) else str(each).encode() for each in row]
    return b"\n".join(found)


def aside(database: Database) -> Session:
    """Return a session that writes nothing down: what is written about a display, say, is rolled back."""
    # With the right to write from its beginning on: what others write meanwhile would keep it from that later.
    return Session(database._writing)


def url(database: Database) -> str:
    """Return the URL by which a program opens the same database."""
    found = database.engine.url
    return str(found if database.is_sqlite else found.set(drivername="postgresql"))


def environment(database: Database) -> dict[str, str]:
    """Return what a program must be told to have the same database, besides the folder of the installation."""
    return {} if database.is_sqlite else {"IDFLOW_DATABASE_URL": url(database)}
