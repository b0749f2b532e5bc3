"""The audit trail: who may have to answer for what. No secret, no code, no link ever goes in."""

import math

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.audit.actions import AuditAction
from engine.clock import Clock
from engine.errors import Failure
from engine.store import AuditEvent, Base

__all__ = ["MAXIMUM_TEXT", "AuditAction", "AuditDetailRefused", "record"]

# Straight into the table: an event is only ever appended, so the session need not know it.
_INSERT = insert(Base.metadata.tables[AuditEvent.__tablename__])

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
    """Append an event; it is kept when the caller's transaction is.

    Raises:
        AuditDetailRefused: when a detail is no plain JSON value: a list, a context, a record, a secret reference.

    """
    for name, value in detail.items():
        if not _is_plain(value):
            raise AuditDetailRefused(
                f"The audit detail {name!r} of {action} is not a text of up to {MAXIMUM_TEXT} characters, a number, a "
                f"boolean or null, but {type(value).__name__}."
            )
    row = {"at": clock.now(), "event": action.value, "detail": detail}
    session.execute(_INSERT, {**row, "instance_id": instance_id, "token_id": token_id, "user_id": user_id})


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
