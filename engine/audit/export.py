"""Hands events on as JSON lines or CSV (RFC 4180) that no spreadsheet runs, with the values of the chain.

The `detail` of a JSON line is, byte for byte, what was hashed.
"""

import csv
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Row

from engine.csv_cells import line

COLUMNS = ("id", "at", "event", "instance_id", "token_id", "user_id", "detail", "hash")


class Format(StrEnum):
    """How events are written."""

    JSONL = "jsonl"
    CSV = "csv"


def lines(rows: Iterable[Row[Any]], chosen: Format) -> Iterator[str]:
    """Yield the events as lines without their ends; times are in UTC with microseconds, hashes hexadecimal."""
    if chosen is Format.CSV:
        yield line(COLUMNS, quoting=csv.QUOTE_MINIMAL)
    for row in rows:
        detail = row.detail
        values = {name: getattr(row, name) for name in COLUMNS}
        values |= {"at": row.at.isoformat(timespec="microseconds"), "hash": (row.hash or b"").hex()}
        if chosen is Format.CSV:
            cells = [detail.decode() if name == "detail" else values[name] for name in COLUMNS]
            yield line(cells, quoting=csv.QUOTE_MINIMAL)
        else:
            yield orjson.dumps({**values, "detail": orjson.Fragment(detail)}).decode()
