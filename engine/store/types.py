"""Column types that every table shares."""

from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, TypeDecorator

BIG = BigInteger().with_variant(Integer(), "sqlite")
"""The number of a row where more than two thousand million may come; SQLite's are as large in any case."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. A naive one is refused: it is a mistake wherever it comes from."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the driver stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the aware time; SQLite forgets the zone, PostgreSQL writes UTC in its own way."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value as bytes: what is read is exactly what was written, in the same order of keys."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Return the bytes."""
        return None if value is None else orjson.dumps(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Return the value."""
        return None if value is None else orjson.loads(value)


def new_id() -> str:
    """Return a new row id: 96 random bits in hexadecimal."""
    return token_hex(12)
