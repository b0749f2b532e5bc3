"""The rows of sandboxes: whose they are, which revision they have, until when they are kept. What is in them is sealed.

Whoever stores says which revision they saw: of two who saw the same one, the second stores nothing.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from engine.store.models import Base, SandboxRow

_TABLE = Base.metadata.tables[SandboxRow.__tablename__]
_OWN = (_TABLE.c.id == bindparam("one")) & (_TABLE.c.account_id == bindparam("account"))
_FIND = select(_TABLE.c.content, _TABLE.c.revision).where(_OWN, _TABLE.c.expires_at > bindparam("now"))
_INSERT = insert(_TABLE)
_STORE = (
    update(_TABLE)
    .where(_OWN, _TABLE.c.revision == bindparam("seen"))
    .values(content=bindparam("image"), revision=_TABLE.c.revision + 1, expires_at=bindparam("until"))
    .returning(_TABLE.c.revision)
)
_DELETE = delete(_TABLE).where(_OWN)
_SURPLUS = (
    select(_TABLE.c.id)
    .where(_TABLE.c.account_id == bindparam("account"))
    .order_by(_TABLE.c.created_at.desc(), _TABLE.c.id)
    .offset(bindparam("kept"))
)
_EXPIRED = delete(_TABLE).where(_TABLE.c.expires_at <= bindparam("now"))


class Found(NamedTuple):
    """A sandbox that is there."""

    content: bytes
    revision: int


def add(  # noqa: PLR0913, PLR0917 - the columns of a row
    session: Session, sandbox_id: str, account_id: str, content: bytes, now: datetime, until: datetime
) -> None:
    """Keep a new sandbox."""
    row = {"id": sandbox_id, "account_id": account_id, "content": content, "revision": 1}
    session.execute(_INSERT, {**row, "created_at": now, "expires_at": until})


def find(session: Session, sandbox_id: str, account_id: str, now: datetime) -> Found | None:
    """Return the sandbox of an account; None when it has none with this id, or it has expired."""
    row = session.execute(_FIND, {"one": sandbox_id, "account": account_id, "now": now}).one_or_none()
    return None if row is None else Found(*row)


def store(  # noqa: PLR0913, PLR0917 - the columns of a row
    session: Session, sandbox_id: str, account_id: str, seen: int, content: bytes, until: datetime
) -> int | None:
    """Keep what a sandbox has become; return its revision, or None when another one was stored meanwhile."""
    which = {"one": sandbox_id, "account": account_id, "seen": seen}
    revision: int | None = session.scalar(_STORE, {**which, "image": content, "until": until})
    return revision


def remove(session: Session, sandbox_id: str, account_id: str) -> None:
    """Delete a sandbox of an account, if it is there."""
    session.execute(_DELETE, {"one": sandbox_id, "account": account_id})


def remove_oldest(session: Session, account_id: str, kept: int) -> None:
    """Delete the oldest sandboxes of an account until no more than `kept` are left."""
    for sandbox_id in session.scalars(_SURPLUS, {"account": account_id, "kept": kept}).all():
        remove(session, sandbox_id, account_id)


def forget_expired(session: Session, now: datetime) -> None:
    """Delete the sandboxes that nobody has used for long."""
    session.execute(_EXPIRED, {"now": now})
