"""Databases of older versions, and which tables there are."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

from engine.store import Database
from engine.store.migrate import MIGRATIONS


def tables(database: Database) -> set[str]:
    """Return the names of the tables."""
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


@contextmanager
def at_revision(database: Database, revision: str) -> Iterator[Connection]:
    """Open a transaction on a database of an older version."""
    with database.engine.execution_options(idflow_write=True).begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, revision)
        yield connection
