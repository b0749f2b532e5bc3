"""Hands events on as JSON lines or CSV (RFC 4180), with the values of the chain.

The `detail` of a JSON line is, byte for byte, what was hashed.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Row

COLUMNS = ("id", "at", "event", "instance_id", "token_id", "user_id", "detail", "hash")


class Format(StrEnum):
    """How events are written."""

    JSONL = "jsonl"
    CSV = "csv"


def lines(rows: Iterable[Row[Any]], chosen: Format) -> Iterator[str]:
    """Yield the events as lines without their ends; times are in UTC with microseconds, hashes hexadecimal."""
    if chosen is Format.CSV:
        yield _csv(COLUMNS)
    for row in rows:
        detail = row.detail
        values = {name: getattr(row, name) for name in COLUMNS}
        values |= {"at": row.at.isoformat(timespec="microseconds"), "hash": (row.hash or b"").hex()}
        if chosen is Format.CSV:
            yield _csv([detail.decode() if name == "detail" else values[name] for name in COLUMNS])
        else:
            yield orjson.dumps({**values, "detail": orjson.Fragment(detail)}).decode()


def _csv(values: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(values)
    return buffer.getvalue()
