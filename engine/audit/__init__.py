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
from typing import Any

import orjson
from sqlalchemy import LargeBinary, bindparam, column, func, insert, select
from sqlalchemy.orm import Session

from engine.audit import accounts
from engine.audit.actions import AuditAction
from engine.audit.chain import FIRST, link
from engine.clock import Clock
from engine.errors import Failure
from engine.store import holds_rows, late, write_late
from engine.store.models import AuditEvent, Base

__all__ = ["MAXIMUM_NUMBER", "MAXIMUM_TEXT", "RECORDED", "AuditAction", "AuditDetailRefused", "record", "settle"]

_TABLE = Base.metadata.tables[AuditEvent.__tablename__]
# Straight into the table: an event is only ever appended, so the session need not know it.
_INSERT = insert(_TABLE).values(
    {
        each.name: bindparam(each.name, type_=LargeBinary if each.name == "detail" else each.type)
        for each in _TABLE.columns
    }
)
_HEAD = select(_TABLE.c.id, _TABLE.c.hash).order_by(_TABLE.c.id.desc()).limit(1)
# The same, once it is this transaction's turn, which it keeps until it ends: see migration 0024.
_HEAD_IN_TURN = select(func.idflow_audit_head().table_valued(column("id"), column("hash", LargeBinary)))

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

    The events of a transaction are appended together, right before its commit: whoever wants to read them before calls
    `settle`.

    Raises:
        AuditDetailRefused: when a detail is no plain JSON value: a list, a context, a record, a secret reference.

    """
    for name, value in detail.items():
        if not _is_plain(value):
            raise AuditDetailRefused(
                f"The audit detail {name!r} of {action} is not a text of up to {MAXIMUM_TEXT} characters, a number, a "
                f"boolean or null, but {type(value).__name__}."
            )
    row = {"at": clock.now(), "event": action.value, "instance_id": instance_id, "token_id": token_id}
    late(session, _append, ({**row, "user_id": user_id, "detail": orjson.dumps(detail)}, detail))


def settle(session: Session) -> None:
    """Append what this transaction has recorded until now. Others cannot append before it ends."""
    write_late(session)


def _append(session: Session, events: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    # Where others write beside this transaction, the event before is the last one, and stays it, from here on only.
    head = session.execute(_HEAD_IN_TURN if holds_rows(session) else _HEAD)
    number, previous = head.one_or_none() or (0, FIRST)
    previous, recorded, rows = previous or FIRST, session.info.setdefault(RECORDED, {}), []
    details = []
    for event, detail in events:
        number += 1
        texts = tuple(event[name] for name in ("event", "instance_id", "token_id", "user_id"))
        previous = link(previous, number, event["at"], texts, event["detail"])
        rows.append({"id": number, **event, "hash": previous})
        recorded[number] = event["event"], str(detail.get("status", ""))
        details.append((number, detail))
    session.execute(_INSERT, rows)
    accounts.note(session, details)


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
