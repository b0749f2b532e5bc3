"""How the database finds what is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.store import Database
from tests.asked import asked


@contextmanager
def plans(database: Database, *tables: str) -> Iterator[list[str]]:
    """Note how the database finds what is asked for meanwhile, in tables whose names these are a part of."""
    if not database.is_sqlite:
        pytest.skip("It is about SQLite: what PostgreSQL chooses depends on how much there is")
    steps: list[str] = []
    with asked(database) as statements:
        yield steps
    with database.engine.connect() as connection:
        for statement, parameters in statements:
            explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps += [row.detail for row in explained if any(table in row.detail for table in tables)]
