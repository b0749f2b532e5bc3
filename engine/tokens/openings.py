"""Who opened a token's link and when: a person's browser showed the page behind it, or they began from it.

To get the page is no opening, since mail scanners and previews of links get it, too: the page itself tells that it is
on a screen. Whoever begins has opened it in any case, so that nothing is missing where no script runs. One page counts
once, however often it tells and whether or not somebody begins from it. A link that cannot be used is not opened.

What is kept is the time and a few words about the device: no address, and not what the browser says of itself. A token
keeps the first opening and the newest `KEPT`; all of them go with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, literal_column, or_, select
from sqlalchemy.orm import Session

from engine.store.models import Base, ProcessToken, TokenOpening
from engine.store.sql import insert

KEPT = 50
"""How many openings of a token are kept, besides the first."""

MAXIMUM_DEVICE = 40
"""How many characters of the words about a device are kept."""

_ROWS = Base.metadata.tables[TokenOpening.__tablename__]
_NEW = insert(_ROWS)
_ADD = (
    _NEW.values(
        token_id=bindparam("token_id"),
        number=select(func.coalesce(func.max(_ROWS.c.number), 0) + 1)
        .where(_ROWS.c.token_id == bindparam("token_id"))
        .scalar_subquery(),
        at=bindparam("at"),
        device=bindparam("device"),
        begun=bindparam("begun"),
        page=bindparam("page"),
    )
    .on_conflict_do_update(
        index_elements=[_ROWS.c.token_id, _ROWS.c.page],
        set_={"begun": True},
        where=_NEW.excluded.begun & ~_ROWS.c.begun,
    )
    .returning(_ROWS.c.number)
)
_OLD = delete(_ROWS).where(
    _ROWS.c.token_id == bindparam("token_id"), _ROWS.c.number > 1, _ROWS.c.number <= bindparam("before")
)


class WhetherOpened(StrEnum):
    """Which tokens are looked for."""

    YES = "yes"
    NO = "no"
    UNBEGUN = "unbegun"
    """Opened, but nobody has begun yet."""

    @property
    def condition(self) -> ColumnElement[bool]:
        """What their rows have in common; each of these is an index."""
        opened = ProcessToken.opened_at.is_not(None)
        match self:
            case WhetherOpened.YES:
                return opened
            case WhetherOpened.NO:
                return ProcessToken.opened_at.is_(None)
            case WhetherOpened.UNBEGUN:
                # As text: SQLite takes no index because of a value that it does not see.
                return and_(opened, ProcessToken.uses == literal_column("0"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A page behind a link, as somebody has it."""

    page: bytes
    """A digest that this page in this browser has alone."""
    device: str = ""
    """`Firefox on Android`."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody opened the link."""

    number: int
    """Counts the openings of the token from 1."""
    at: datetime
    device: str
    """Empty when nothing is known."""
    begun: bool
    """Whether they began from there; otherwise they looked at it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The openings of a token."""

    entries: Sequence[Opening] = ()
    """The newest `KEPT` and the first, the newest first."""

    @property
    def count(self) -> int:
        """How many there have been."""
        return self.entries[0].number if self.entries else 0

    @property
    def forgotten(self) -> int:
        """How many there have been between the first and the others."""
        return self.count - len(self.entries)


def note(session: Session, token_id: str, seen: Seen, at: datetime, *, begun: bool) -> None:
    """Count a page as an opening, or note that the one that it was has begun; the token's row is locked already."""
    row = {"token_id": token_id, "at": at, "device": seen.device[:MAXIMUM_DEVICE], "begun": begun, "page": seen.page}
    number = session.scalar(_ADD, row)
    # Now and then, so that hardly anybody waits for it.
    if number is not None and number % KEPT == 0:
        session.execute(_OLD, {"token_id": token_id, "before": number - KEPT})


def opened(session: Session, token_id: str) -> Opened:
    """Return the openings of a token."""
    newest = select(func.max(_ROWS.c.number)).where(_ROWS.c.token_id == token_id).scalar_subquery()
    query = (
        select(_ROWS.c.number, _ROWS.c.at, _ROWS.c.device, _ROWS.c.begun)
        .where(_ROWS.c.token_id == token_id, or_(_ROWS.c.number == 1, _ROWS.c.number > newest - KEPT))
        .order_by(_ROWS.c.number.desc())
    )
    return Opened(tuple(Opening(*row) for row in session.execute(query)))
