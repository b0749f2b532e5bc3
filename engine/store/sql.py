"""What the databases say differently in SQL, in one place."""

from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, String, Table, Text, type_coerce
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Holds(FunctionElement[bool]):
    """Whether a column of bytes holds some bytes."""

    inherit_cache = True


class _JsonText(FunctionElement[str]):
    """The text at a name of a JSON object in a column of bytes."""

    type = String()
    inherit_cache = True


def holds(column: ColumnElement[Any], wanted: bytes) -> ColumnElement[bool]:
    """Return whether a column of bytes holds these."""
    return _Holds(type_coerce(column, LargeBinary), type_coerce(wanted, LargeBinary))


def json_text(column: ColumnElement[Any], name: str) -> ColumnElement[str]:
    """Return the text that a JSON object in a column of bytes has at a name."""
    return _JsonText(type_coerce(column, LargeBinary), type_coerce(name, Text))


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


@compiles(_JsonText, "sqlite")
def _json_text_in_sqlite(element: _JsonText, compiler: SQLCompiler, **options: object) -> str:
    column, name = (compiler.process(each, **options) for each in element.clauses)
    return f"json_extract(CAST({column} AS TEXT), '$.' || {name})"


@compiles(_JsonText, "postgresql")
def _json_text_in_postgresql(element: _JsonText, compiler: SQLCompiler, **options: object) -> str:
    column, name = (compiler.process(each, **options) for each in element.clauses)
    return f"(convert_from({column}, 'UTF8')::json ->> {name})"
