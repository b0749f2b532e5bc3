"""Lists, page by page: a page begins after the last entry of the one before (keyset pagination)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from engine.store.paging import After
from engine.store.paging import Page as Rows
from webui.api.models.base import Page, Paged
from webui.api.models.problem import FieldError
from webui.api.reading import RequestInvalid

Item = TypeVar("Item", bound=BaseModel)
Row = TypeVar("Row")


def after(asked: Paged) -> After | None:
    """Return the row after which a page begins; raises `RequestInvalid` for what we have never given."""
    if asked.after is None:
        return None
    found = After.read(asked.after)
    if found is None:
        raise unknown_place()
    return found


def unknown_place() -> RequestInvalid:
    """Return what says that a list has no such place."""
    return RequestInvalid([FieldError(detail="Give `next` of the page before, as it was.", parameter="after")])


def of_rows(rows: Rows[Row], item: type[Item], of: Callable[[Row], Any] = lambda row: row) -> Page[Item]:
    """Return a page that the engine has found; `of` takes from a row what is shown."""
    items = tuple(item.model_validate(of(each)) for each in rows.rows)
    return Page[item](items=items, next=None if rows.next is None else str(rows.next))  # type: ignore[valid-type] # pydantic makes the class from `item`


def of_found(rows: Iterable[Row], following: str | None, item: type[Item]) -> Page[Item]:
    """Return a page of rows; `following` is what the next page comes after."""
    return Page[item](items=tuple(map(item.model_validate, rows)), next=following)  # type: ignore[valid-type] # pydantic makes the class from `item`


def of_all(everything: Iterable[Row], asked: Paged, key: Callable[[Row], str], item: type[Item]) -> Page[Item]:
    """Return a page of a list that is short enough to be read as a whole, in the order of its keys."""
    ordered = sorted(everything, key=key)
    rest: Sequence[Row] = [each for each in ordered if asked.after is None or key(each) > asked.after]
    shown = rest[: asked.limit]
    following = key(shown[-1]) if len(rest) > len(shown) else None
    items = tuple(item.model_validate(each) for each in shown)
    return Page[item](items=items, next=following)  # type: ignore[valid-type] # pydantic makes the class from `item`
