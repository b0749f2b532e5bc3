"""What became of a process token: who began with its link, and when it was refused. Read from the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.audit import AuditAction
from engine.store.models import AuditEvent, Instance, InstanceStatus

REFUSALS = (AuditAction.TOKEN_REUSED, AuditAction.TOKEN_EXPIRED, AuditAction.TOKEN_REFUSED)
"""The events of a link that was tried in vain."""

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Redemption:
    """Somebody began with the link."""

    number: int
    """Of the event."""
    at: datetime
    instance_id: str
    applicant: str | None
    status: InstanceStatus | None
    """None: the instance was deleted when it had been kept long enough."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody tried to begin, and could not."""

    number: int
    at: datetime
    code: str
    """Of the error: `token-spent`."""


@dataclass(frozen=True, slots=True)
class Latest(Generic[Entry]):
    """Some of them, the latest first."""

    entries: tuple[Entry, ...]
    next: int | None
    """Before which number the older ones are; None: there are none."""


def redemptions(session: Session, token_id: str, before: int | None, limit: int) -> Latest[Redemption]:
    """Return who began with a token, from before an event on."""
    columns = (AuditEvent.id, AuditEvent.at, AuditEvent.instance_id, Instance.applicant, Instance.status)
    query = select(*columns).outerjoin(Instance, Instance.id == AuditEvent.instance_id)
    query = query.where(AuditEvent.token_id == token_id, AuditEvent.event == AuditAction.INSTANCE_STARTED.value)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    found: Sequence[Any] = session.execute(query.order_by(AuditEvent.id.desc()).limit(limit + 1)).all()
    return _latest([_redemption(row) for row in found[:limit]], found, limit)


def refusals(session: Session, token_id: str, before: int | None, limit: int) -> Latest[Refusal]:
    """Return when a token was tried in vain, from before an event on."""
    found: list[Any] = []
    # One after the other, each in the order of the index.
    for event in REFUSALS:
        query = select(AuditEvent.id, AuditEvent.at, AuditEvent.detail)
        query = query.where(AuditEvent.token_id == token_id, AuditEvent.event == event.value)
        if before is not None:
            query = query.where(AuditEvent.id < before)
        found += session.execute(query.order_by(AuditEvent.id.desc()).limit(limit + 1)).all()
    found.sort(key=lambda row: -row.id)
    shown = [Refusal(row.id, row.at, str(row.detail.get("reason", ""))) for row in found[:limit]]
    return _latest(shown, found, limit)


def _redemption(row: Any) -> Redemption:
    status = None if row.status is None else InstanceStatus(row.status)
    return Redemption(row.id, row.at, row.instance_id or "", row.applicant, status)


def _latest(shown: list[Entry], found: Sequence[Any], limit: int) -> Latest[Entry]:
    return Latest(tuple(shown), found[limit - 1][0] if len(found) > limit else None)
