"""Looks for users of a store: by external ID, by ID, by the value of an attribute.

Pages go by the external ID, and what an address names is the ID of the last user on a page: no personal data. Users
are found by their external ID through the index; a value of an attribute is looked for in every user of the store,
which takes less than a second in a store of a million.
"""

from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum

import orjson
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.identity import users
from engine.identity.stores import StoreRecord
from engine.identity.user_records import UserRecord
from engine.store.models import Base, User
from engine.store.sql import holds
from engine.variables import is_name

MAXIMUM_TEXT = 255
"""How many characters of what is looked for are used: an external ID has no more."""


_ATTRIBUTES = Base.metadata.tables[User.__tablename__].c.attributes


class Field(StrEnum):
    """What is looked at."""

    EXTERNAL_ID = "external-id"
    """It begins with the text, in capital or small letters."""
    ID = "id"
    ATTRIBUTE = "attribute"
    """It is the text, exactly."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of users."""

    users: tuple[UserRecord, ...]
    next: str | None
    """The ID of the user after whom the next page begins; None: this is the last one."""


def search(  # noqa: PLR0913 - what is looked for, where
    session: Session,
    clock: Clock,
    store: StoreRecord,
    field: Field,
    text: str,
    *,
    attribute: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Found:
    """Return the users of the store that are looked for, by external ID; nothing is found by an empty text.

    `attribute` names the attribute whose value is looked for, and is ignored otherwise. `after` is the ID of a user of
    the store; any other begins anew.
    """
    if not text or len(text) > MAXIMUM_TEXT or (field is Field.ATTRIBUTE and not is_name(attribute)):
        return Found((), None)
    key = func.coalesce(User.external_id, "")
    query = select(User).where(User.store_id == store.id, *_wanted(field, text, attribute))
    query = query.order_by(key, User.id).execution_options(populate_existing=True)
    last = None if after is None else session.scalar(select(User).where(User.store_id == store.id, User.id == after))
    if last is not None:
        place = last.external_id or ""
        query = query.where(or_(key > place, and_(key == place, User.id > last.id)))
    return _page(session, clock, query, limit, (attribute, text) if field is Field.ATTRIBUTE else None)


def _wanted(field: Field, text: str, attribute: str) -> tuple[ColumnElement[bool], ...]:
    match field:
        case Field.ID:
            return (User.id == text,)
        case Field.EXTERNAL_ID:
            return (User.external_id.istartswith(text, autoescape=True),)
        case Field.ATTRIBUTE:
            return (or_(*(holds(_ATTRIBUTES, each) for each in _written(attribute, text))),)


def _page(session: Session, clock: Clock, query: Select[User], limit: int, exactly: tuple[str, str] | None) -> Found:
    found: list[UserRecord] = []
    # The bytes may be those of a value inside of another one: each user is looked at again.
    with closing(session.scalars(query.execution_options(yield_per=limit + 1))) as rows:
        for row in rows:
            if exactly is None or _has(row, *exactly):
                found.append(users.record(row, clock.now()))
            if len(found) > limit:
                break
    more = len(found) > limit
    shown = tuple(found[:limit])
    return Found(shown, shown[-1].id if more else None)


def _written(attribute: str, text: str) -> list[bytes]:
    """Return how an attribute with this value is stored: as a text, and as the number or word that it may be."""
    name = orjson.dumps(attribute) + b":"
    return [name + orjson.dumps(text), *(name + each for each in _others(text))]


def _others(text: str) -> list[bytes]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    return [orjson.dumps(value)] if value is None or isinstance(value, bool | int | float) else []


def _has(row: User, attribute: str, text: str) -> bool:
    if attribute not in row.attributes:
        return False
    value = row.attributes[attribute]
    return bool(value == text) or (not isinstance(value, str) and orjson.dumps(value) in _others(text))
