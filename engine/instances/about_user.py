"""The process instances that are about one user of an identity store."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine.instances.search import folded
from engine.store.models import AuditEvent, Definition, Instance, InstanceStatus


@dataclass(frozen=True, slots=True)
class Journey:
    """A process instance about a user."""

    id: str
    process: str
    version: int
    status: InstanceStatus
    created_at: datetime
    ended_at: datetime | None
    certain: bool
    """Whether it did something to this very user; otherwise its applicant has their external ID, in whatever store."""


def about_user(session: Session, user_id: str, external_id: str | None, limit: int = 20) -> tuple[Journey, ...]:
    """Return the newest instances that did something to a user, or whose applicant has the user's external ID."""
    touched = select(AuditEvent.instance_id).where(AuditEvent.user_id == user_id, AuditEvent.instance_id.is_not(None))
    certain = Instance.id.in_(touched)
    columns = (
        Instance.id,
        Instance.status,
        Instance.created_at,
        Instance.ended_at,
        Definition.name,
        Definition.version,
    )
    # By the key, which has an index; others are written as theirs in small letters, too.
    same = (
        ()
        if external_id is None
        else (and_(Instance.applicant_key == folded(external_id), Instance.applicant == external_id),)
    )
    query = (
        select(*columns, certain.label("certain"))
        .join(Definition, Definition.id == Instance.definition_id)
        .where(or_(certain, *same))
        .order_by(Instance.created_at.desc(), Instance.id)
        .limit(limit)
    )
    return tuple(
        Journey(
            row.id,
            row.name,
            row.version,
            InstanceStatus(row.status),
            row.created_at,
            row.ended_at,
            bool(row.certain),
        )
        for row in session.execute(query)
    )
