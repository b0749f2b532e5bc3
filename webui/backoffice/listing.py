"""Lists that are searched, sorted and paged by their address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request

PAGE = 50
"""How many entries one page of a list has."""

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Entry]):
    """One page of a list."""

    entries: Sequence[Entry]
    found: int
    """How many there are on all pages."""
    query: str
    sort: str
    """The key of a column; with `-` before it, the last comes first."""
    page: int
    pages: int


def listed(
    everything: Sequence[Entry], sorts: Mapping[str, Callable[[Entry], Any]], matches: Callable[[Entry, str], bool]
) -> Listing[Entry]:
    """Return the page that the current request asks for; the first of `sorts` is the usual order."""
    usual = next(iter(sorts))
    query, sort = request.args.get("q", "").strip(), request.args.get("sort", usual)
    if sort.removeprefix("-") not in sorts:
        sort = usual
    found = [each for each in everything if matches(each, query.casefold())]
    found.sort(key=sorts[sort.removeprefix("-")], reverse=sort.startswith("-"))
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return Listing(found[(page - 1) * PAGE : page * PAGE], len(found), query, sort, page, pages)
