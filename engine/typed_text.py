"""Values that people write as texts, of a kind that they choose, and read as texts."""

import math
import re
from decimal import Decimal
from typing import Any

import orjson

WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
"""A whole number."""

WANTED = {"number": "a number", "flag": "true or false", "json": "JSON"}
"""What a value of each kind must be, in words; one of kind `text` may be anything."""

_MAXIMUM_NUMBER = 40
"""In characters: no number that a value can hold is longer."""


def typed(kind: str, written: str) -> Any:
    """Return the value that was written; raises `ValueError` when it is none of this kind."""
    text = written.strip()
    match kind:
        case "text":
            return written
        case "number" if len(text) <= _MAXIMUM_NUMBER:
            number = int(text) if WHOLE.fullmatch(text) else float(text)
            if math.isfinite(number):
                return number
        case "flag" if text.lower() in {"true", "false"}:
            return text.lower() == "true"
        case "json":
            return orjson.loads(text)
    raise ValueError(kind)


def written(value: object) -> str:
    """Return a value as people read it; empty for what is no text, number or flag."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case float():
            return str(value).removesuffix(".0")
    return ""
