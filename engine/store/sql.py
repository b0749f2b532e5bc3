"""What the databases say differently in SQL, in one place."""

from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Table, type_coerce
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Holds(FunctionElement[bool]):
    """Whether a column of bytes holds some bytes."""

    inherit_cache = True


def holds(column: ColumnElement[Any], wanted: bytes) -> ColumnElement[bool]:
    """Return whether a column of bytes holds these."""
    return _Holds(type_coerce(column, LargeBinary), type_coerce(wanted, LargeBinary))


def insert(table: Table) -> postgresql.Insert:
    """Return an insertion that may have an `ON CONFLICT`: both databases write it alike."""
    return postgresql.insert(table)


@compiles(_Holds, "sqlite")
def _holds_in_sqlite(element: _Holds, compiler: SQLCompiler, **options: object) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


@compiles(_Holds, "postgresql")
def _holds_in_postgresql(element: _Holds, compiler: SQLCompiler, **options: object) -> str:
    column, wanted = (compiler.process(each, **options) for each in element.clauses)
    return f"position({wanted} in {column}) > 0"
