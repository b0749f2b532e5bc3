"""A database in memory that begins with an image and can be written out as one: for what is thrown away.

It has one connection, and everything happens on it one after the other: a transaction within another one is a mistake.
All of them share one engine, so that what SQLAlchemy has compiled once serves every one.
"""

from functools import cache
from typing import Any

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from engine.store.database import Database
from engine.store.models import Base
from engine.store.sqlite import Sqlite, configured

PAGE_BYTES = 1024
"""Small: there are many tables with few rows, and every one has a page of its own."""


class MemoryDatabase(Database):
    """A database that nothing is left of when it is closed. For one thread at a time."""

    def __init__(self, image: bytes | None = None) -> None:
        """Open one with what `image` holds, as `image` of another one returned it; without one, with empty tables."""
        self.engine = _engine()
        self._connection = self.engine.connect()
        driver: Any = self._connection.connection.driver_connection
        self._driver = driver
        self._driver.deserialize(_empty() if image is None else image)
        self._use(Sqlite(make_url("sqlite://")), self._connection, self._connection)

    def image(self) -> bytes:
        """Return the whole database."""
        content: bytes = self._driver.serialize()
        return content

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()


@cache
def _engine() -> Engine:
    # Without a pool every connection has a database of its own.
    return configured(create_engine("sqlite://", poolclass=NullPool))


@cache
def _empty() -> bytes:
    """Return an empty database with every table: those of the models are those that the migrations make."""
    with _engine().connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA page_size={PAGE_BYTES}")
        Base.metadata.create_all(connection)
        connection.commit()
        content: bytes = driver.serialize()
    return content
