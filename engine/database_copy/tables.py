"""The rows of every table, as they are: read, written to another database, and summed up in a digest.

Nothing is understood on the way: JSON stays the bytes that it is, so that what was hashed or sealed still is. Tables
come in the order in which they refer to each other, rows in that of their primary key, which both databases sort alike
(by code point).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import LargeBinary, Select, Table, TableClause, column, func, insert, select, table, text
from sqlalchemy.orm import Session

from engine.audit.chain import microseconds
from engine.database_copy.errors import TargetNotEmpty
from engine.store.models import Base, Job, SchemaFloor
from engine.store.types import Json

FETCHED = 20
"""How many rows are read at once: one of them may hold a file of some megabytes."""

BATCH_ROWS = 500
BATCH_BYTES = 4 * 1024 * 1024
"""How much is written at once."""

NAMED = 3
"""How many tables an error names."""

_BESIDE = frozenset({Job.__tablename__, SchemaFloor.__tablename__})
"""Jobs have a table that depends on the database; the floor is written by the migrations."""

Row = Sequence[Any]


@dataclass(slots=True)
class Sum:
    """What some rows come to: the same, if and only if they are the same ones in the same order."""

    rows: int = 0
    digest: bytes = b""
    """SHA-256 over the digest of the rows before and the row."""

    def add(self, row: Row) -> int:
        """Take in the next row; return how many bytes it is."""
        content = b"".join(len(part).to_bytes(8) + part for part in map(_canonical, row))
        self.rows, self.digest = self.rows + 1, sha256(self.digest + content).digest()
        return len(content)


def _canonical(value: Any) -> bytes:
    """Return a value as bytes that say what type it is of."""
    match value:
        case None:
            return b"-"
        case bool():
            return b"b%d" % value
        case int():
            return b"i%d" % value
        case str():
            # PostgreSQL keeps no NUL in a text: see `engine.store.postgres`.
            return b"s" + value.replace("\0", "\ufffd").encode()
        case bytes():
            return b"y" + value
        case datetime():
            return b"t%d" % microseconds(value)
    raise TypeError(type(value))


def tables() -> list[Table]:
    """Return the tables to copy: what others refer to comes first."""
    return [each for each in Base.metadata.sorted_tables if each.name not in _BESIDE]


def check_unoccupied(session: Session) -> None:
    """Do nothing when no table has a row; raises `TargetNotEmpty`."""
    found = [each.name for each in tables() if session.execute(select(1).select_from(each).limit(1)).first()]
    if found:
        raise TargetNotEmpty(
            f"The target has an installation already: there are rows in {', '.join(found[:NAMED])}. Name an empty "
            "database."
        )


def count(of: Table, session: Session) -> int:
    """Return how many rows a table has."""
    return session.scalar(select(func.count()).select_from(of)) or 0


def rows(of: Table, session: Session) -> Iterator[Row]:
    """Return the rows of a table as they are read."""
    yield from session.execute(_every(of), execution_options={"yield_per": FETCHED})


def copied(of: Table, source: Session, target: Session) -> Sum:
    """Write the rows of a table to another database; return what they come to."""
    plain, names, total = _plain(of), [each.name for each in of.columns], Sum()

    def write(batch: Sequence[Row]) -> None:
        target.execute(insert(plain), [dict(zip(names, row, strict=True)) for row in batch])

    in_batches(rows(of, source), total.add, write)
    return total


def summed(of: Table, session: Session) -> Sum:
    """Return what the rows of a table come to."""
    total = Sum()
    for row in rows(of, session):
        total.add(row)
    return total


def in_batches(items: Iterator[Any], size: Callable[[Any], int], write: Callable[[Sequence[Any]], None]) -> None:
    """Have `write` write the items, so many at once; `size` tells how many bytes one is."""
    batch: list[Any] = []
    weight = 0
    for item in items:
        batch.append(item)
        weight += size(item)
        if len(batch) == BATCH_ROWS or weight >= BATCH_BYTES:
            write(batch)
            batch, weight = [], 0
    if batch:
        write(batch)


def go_on_numbering(of: Table, session: Session) -> None:
    """Let the next row of a table be numbered after those that it has, on PostgreSQL: SQLite does by itself."""
    first, *more = of.primary_key.columns
    if more or not first.autoincrement or first.type.python_type is not int:
        return
    advance = (
        f"SELECT setval(pg_get_serial_sequence(:table, :column), max({first.name})) FROM {of.name}"  # noqa: S608 - names of our own tables
        f" HAVING max({first.name}) IS NOT NULL"
    )
    session.execute(text(advance), {"table": of.name, "column": first.name})


def _plain(of: Table) -> TableClause:
    """Return the table with JSON as bytes."""
    return table(
        of.name,
        *(column(each.name, LargeBinary() if isinstance(each.type, Json) else each.type) for each in of.columns),
    )


def _every(of: Table) -> Select[Any]:
    plain = _plain(of)
    return select(plain).order_by(*(plain.c[each.name] for each in of.primary_key.columns))
