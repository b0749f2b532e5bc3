"""What is sent: an event of the audit trail as a public one.

    {"id": "evt_…", "type": "instance.completed", "timestamp": "2026-01-15T09:30:00Z", "data": {"instance": "…", …}}

The id comes from the hash of the event in the chain of the audit trail: the same in every process and after every
crash, and another one for what happens after an old backup was restored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.models import AuditEvent, Definition, Instance, ProcessToken
from engine.webhooks.events import MEANINGS, EventType, type_of

_ID_CHARACTERS = 32
_DETAILS = frozenset({"element", "code", "credential", "policy", "status"})
"""What is taken from the detail of an event of the audit trail; nothing else of it ever goes out."""


@dataclass(frozen=True, slots=True)
class Event:
    """What is sent."""

    id: str
    type: EventType
    body: bytes


def made(identifier: str, kind: EventType, at: datetime, data: Mapping[str, Any]) -> Event:
    """Return an event; `data` is filled up with null to what its type declares."""
    table = {name: data.get(name) for name in MEANINGS[kind].data}
    content = {"id": identifier, "type": kind.value, "timestamp": at, "data": table}
    return Event(identifier, kind, orjson.dumps(content, option=orjson.OPT_UTC_Z))


def events(session: Session, rows: Sequence[AuditEvent], wanted: tuple[EventType, ...]) -> Iterable[Event]:
    """Yield those events of the audit trail that are among the wanted ones, in order."""
    processes = _processes(session, {row.instance_id for row in rows if row.instance_id})
    of_tokens = _of_tokens(session, {row.token_id for row in rows if row.token_id})
    for row in rows:
        kind = type_of(row.event, row.detail.get("status"), wanted)
        if kind is None:
            continue
        process, version = processes.get(row.instance_id or "", (None, None))
        data = {name: value for name, value in row.detail.items() if name in _DETAILS}
        data |= {"instance": row.instance_id, "user": row.user_id, "token": row.token_id, "version": version}
        data["process"] = process or of_tokens.get(row.token_id or "")
        yield made(f"evt_{(row.hash or b'').hex()[:_ID_CHARACTERS]}", kind, row.at, data)


def _processes(session: Session, ids: set[str]) -> dict[str, tuple[str, int]]:
    """Return the process of each instance that is still there, and its version."""
    query = (
        select(Instance.id, Definition.key, Definition.version)
        .join(Definition, Definition.id == Instance.definition_id)
        .where(Instance.id.in_(ids))
    )
    return {row.id: (row.key, row.version) for row in session.execute(query)}


def _of_tokens(session: Session, ids: set[str]) -> dict[str, str]:
    query = select(ProcessToken.id, ProcessToken.definition_key).where(ProcessToken.id.in_(ids))
    return {row.id: row.definition_key for row in session.execute(query)}
