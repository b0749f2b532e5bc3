"""Rows of a name, a kind and a value: the parameters of a token, the attributes of a user."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from werkzeug.datastructures import MultiDict

from engine.typed_text import WANTED, typed

ROWS = 3
"""How many rows there are at least."""

KINDS = {"text": "Text", "number": "Number", "flag": "True or false"}
WITH_JSON = {**KINDS, "json": "JSON"}
"""Where a value may be anything: a list, a context, null."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A row, as it was filled in."""

    name: str = ""
    kind: str = "text"
    value: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was filled in."""
        return not (self.name or self.value)


def rows(filled: Sequence[Pair] = ()) -> Sequence[Pair]:
    """Return the rows, and empty ones below them."""
    return (*filled, *[Pair()] * (ROWS - len(filled)))


def posted(form: MultiDict[str, str], prefix: str, maximum: int) -> list[Pair]:
    """Return the rows that were sent and are not empty, of at most `maximum`."""
    columns = (form.getlist(f"{prefix}-{each}")[:maximum] for each in ("name", "kind", "value"))
    found = [Pair(name.strip(), kind, value) for name, kind, value in zip(*columns, strict=False)]
    return [each for each in found if not each.empty]


def shown(values: Mapping[str, Any]) -> list[Pair]:
    """Return the rows that say these values."""
    return [Pair(name, *_shown(value)) for name, value in values.items()]


def values(
    pairs: Sequence[Pair], prefix: str, errors: dict[str, str], noun: str, seen: set[str]
) -> Iterator[tuple[str, Any]]:
    """Yield each name with its value; `errors` is told by row what cannot be read. `seen` are names that are taken."""
    for index, pair in enumerate(pairs):
        if pair.empty:
            continue
        if pair.name in seen:
            errors[f"{prefix}-{index}"] = f"There are two {noun}s {pair.name[:50]!r}."
        seen.add(pair.name)
        try:
            yield pair.name, typed(pair.kind, pair.value)
        except ValueError:
            wanted = WANTED.get(pair.kind, "a text")
            errors[f"{prefix}-{index}"] = f"The value of {pair.name[:50]!r} must be {wanted}."


def _shown(value: Any) -> tuple[str, str]:
    match value:
        case bool():
            return "flag", "true" if value else "false"
        case int() | float():
            return "number", str(value)
        case str():
            return "text", value
    return "json", orjson.dumps(value).decode()
