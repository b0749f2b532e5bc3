"""How the database finds what is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from engine.store import Database


@contextmanager
def plans(database: Database, *tables: str) -> Iterator[list[str]]:
    """Note how the database finds what is asked for meanwhile, in tables whose names these are a part of."""
    if not database.is_sqlite:
        pytest.skip("It is about SQLite: what PostgreSQL chooses depends on how much there is")
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    steps: list[str] = []
    event.listen(database.engine, "before_cursor_execute", note)
    yield steps
    event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        for statement, parameters in asked:
            explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps += [row.detail for row in explained if any(table in row.detail for table in tables)]
