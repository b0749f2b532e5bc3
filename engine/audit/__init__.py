"""The audit trail: who may have to answer for what. No secret, no code, no link ever goes in.

record         appends an event, chained to the one before it (`chain`)
checkpoints    signs what the chain has come to, so that nobody can write it anew
verification   finds what was changed, deleted, put in or moved
cuts           removes the oldest events, and signs that they were
accounts       which accounts events name, to find them by
search         looks for events
export         hands events on, with their hashes
"""

import math

import orjson
from sqlalchemy import LargeBinary, bindparam, insert, select
from sqlalchemy.orm import Session

from engine.audit import accounts
from engine.audit.actions import AuditAction
from engine.audit.chain import FIRST, link
from engine.clock import Clock
from engine.errors import Failure
from engine.store import AuditEvent, Base

__all__ = ["MAXIMUM_NUMBER", "MAXIMUM_TEXT", "RECORDED", "AuditAction", "AuditDetailRefused", "record"]

_TABLE = Base.metadata.tables[AuditEvent.__tablename__]
# Straight into the table: an event is only ever appended, so the session need not know it.
_INSERT = insert(_TABLE).values(
    {
        column.name: bindparam(column.name, type_=LargeBinary if column.name == "detail" else column.type)
        for column in _TABLE.columns
    }
)
_HEAD = select(_TABLE.c.id, _TABLE.c.hash).order_by(_TABLE.c.id.desc()).limit(1)

_KNOWN = "idflow_audit_head"
"""Where a session remembers the event that it appended last."""

RECORDED = "idflow_audit_recorded"
"""Where a session keeps what it has appended: name and status of each event, by its number."""

MAXIMUM_TEXT = 1000
"""How many characters one detail may have."""

MAXIMUM_NUMBER = 2**53
"""The largest whole number that every JSON reader takes (RFC 8259, section 6)."""


class AuditDetailRefused(Failure):
    """The audit trail takes only short texts, numbers, booleans and null."""

    code = "audit-detail-refused"


def record(  # noqa: PLR0913 - who, where and what, each of them optional
    session: Session,
    clock: Clock,
    action: AuditAction,
    *,
    instance_id: str | None = None,
    token_id: str | None = None,
    user_id: str | None = None,
    **detail: object,
) -> None:
    """Append an event; it is kept when the caller's transaction is. Needs a writing transaction.

    Raises:
        AuditDetailRefused: when a detail is no plain JSON value: a list, a context, a record, a secret reference.

    """
    for name, value in detail.items():
        if not _is_plain(value):
            raise AuditDetailRefused(
                f"The audit detail {name!r} of {action} is not a text of up to {MAXIMUM_TEXT} characters, a number, a "
                f"boolean or null, but {type(value).__name__}."
            )
    at, content, event = clock.now(), orjson.dumps(detail), action.value
    transaction = session.get_nested_transaction() or session.get_transaction()
    known = session.info.get(_KNOWN)
    # What was appended in another savepoint may have been rolled back with it.
    if known is not None and known[0] is transaction:
        _, last, previous = known
    else:
        last, previous = session.execute(_HEAD).one_or_none() or (0, FIRST)
        previous = previous or FIRST
    number = last + 1
    digest = link(previous, number, at, (event, instance_id, token_id, user_id), content)
    row = {"id": number, "at": at, "event": event, "instance_id": instance_id, "token_id": token_id, "user_id": user_id}
    session.execute(_INSERT, {**row, "detail": content, "hash": digest})
    accounts.note(session, number, detail)
    # By number, so that one that was rolled back with its savepoint is replaced by the next.
    session.info.setdefault(RECORDED, {})[number] = event, str(detail.get("status", ""))
    session.info[_KNOWN] = (session.get_nested_transaction() or session.get_transaction(), number, digest)


def _is_plain(value: object) -> bool:
    match value:
        case None | bool():
            return True
        case int():
            return abs(value) <= MAXIMUM_NUMBER
        case float():
            return math.isfinite(value)
        case str():
            return len(value) <= MAXIMUM_TEXT
    return False
