"""What the audit trail says of one user, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.audit.actions import AuditAction
from engine.store.models import AuditEvent


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An event of the audit trail."""

    id: int
    at: datetime
    event: str
    instance_id: str | None
    token_id: str | None
    detail: Mapping[str, Any]


def of_user(
    session: Session,
    user_id: str,
    *,
    before: int | None = None,
    limit: int = 50,
    action: AuditAction | None = None,
) -> tuple[AuditRecord, ...]:
    """Return at most `limit` events of a user, those before the event `before`; with `action`, those of one kind."""
    query = select(AuditEvent).where(AuditEvent.user_id == user_id)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    if action is not None:
        query = query.where(AuditEvent.event == action.value)
    rows = session.scalars(query.order_by(AuditEvent.id.desc()).limit(limit))
    return tuple(AuditRecord(row.id, row.at, row.event, row.instance_id, row.token_id, row.detail) for row in rows)
