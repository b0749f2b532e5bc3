"""Deletes what was kept long enough: ended instances and all that is theirs, process tokens, deliveries, old events.

Everything goes in batches, each a transaction of its own, so that people are not kept waiting; a batch is an event of
the audit trail. What an instance leaves is its events, as long as those are kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction, cuts
from engine.audit.checkpoints import Checkpoints
from engine.audit.verification import verify
from engine.clock import Clock
from engine.config import Retention
from engine.store import Database
from engine.store.models import AuditEvent, Instance, Mail, ProcessToken, TotpAuthentication, WebhookDelivery

BATCH = 100
"""How many instances or tokens go in one transaction."""

EVENTS = 1000
"""How many events go in one transaction."""

ROUNDS = 20
"""How many batches of a kind go at one time; the rest waits for the next time."""

_UNSYNCHRONISED = {"synchronize_session": False}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Deletes what the settings say."""

    database: Database
    checkpoints: Checkpoints
    retention: Callable[[], Retention]
    """Returns what the settings say now."""
    clock: Clock

    def apply(self) -> None:
        """Delete what was kept long enough, up to `ROUNDS` batches of each kind."""
        now, kept = self.clock.now(), self.retention()
        if kept.instances is not None:
            self._batches("instances", now - kept.instances, _instances)
        if kept.tokens is not None:
            self._batches("tokens", now - kept.tokens, _tokens)
        self._batches("deliveries", now - kept.deliveries, _deliveries)
        if kept.audit is not None:
            self._cut(now - kept.audit)
        # A job does so, too, at the time that was right when it was asked for.
        with self.database.write() as session:
            _delete(session, Mail, Mail.created_at <= now - kept.mails)

    def would_delete(self, retention: Retention) -> Mapping[str, int]:
        """Count what would be deleted now if `retention` were in force, by its names; sandboxes are never counted."""
        now = self.clock.now()
        with self.database.read() as session:
            found = {
                "mails": _count(session, Mail.created_at <= now - retention.mails),
                "deliveries": _count(session, WebhookDelivery.ended_at <= now - retention.deliveries),
            }
            if retention.instances is not None:
                found["instances"] = _count(session, *_ended(now - retention.instances))
            if retention.tokens is not None:
                found["tokens"] = _count(session, *_over(now - retention.tokens))
            if retention.audit is not None:
                last = cuts.reached(session, now - retention.audit)
                found["audit"] = 0 if last is None else _count(session, AuditEvent.id <= last)
        return found

    def _batches(self, what: str, before: datetime, remove: Callable[[Session, datetime], int]) -> None:
        for _ in range(ROUNDS):
            with self.database.write() as session:
                number = remove(session, before)
                if number:
                    detail = {"what": what, "count": str(number), "before": before.isoformat()}
                    audit.record(session, self.clock, AuditAction.RETENTION_APPLIED, **detail)
            if number < BATCH:
                return

    def _cut(self, before: datetime) -> None:
        with self.database.read() as session:
            last = cuts.reached(session, before)
            if last is None:
                return
            cut = self.checkpoints.latest_cut(session)
            whole = last <= cut.last or not self._is_broken(session, last)
        if not whole:
            log.error("audit_not_cut", up_to=last)
            return
        if last > cut.last:
            with self.database.write() as session:
                cut = self.checkpoints.cut(session, last)
        for _ in range(ROUNDS):
            with self.database.write() as session:
                if cuts.remove(session, cut, EVENTS) < EVENTS:
                    return

    def _is_broken(self, session: Session, last: int) -> bool:
        """Tell whether what would be removed is not what was signed: then it is needed to find out why."""
        signing = self.checkpoints
        kept = [each for each in signing.kept(session) if each.id <= last]
        found = verify(session, kept, signing.public_key, until=last)
        return bool(found.breaks) or found.vouched != last


def _instances(session: Session, before: datetime) -> int:
    ids = session.scalars(select(Instance.id).where(*_ended(before)).order_by(Instance.created_at).limit(BATCH)).all()
    # Their history and files go with them; these tables only name them.
    _delete(session, Mail, Mail.instance_id.in_(ids))
    _delete(session, TotpAuthentication, TotpAuthentication.instance_id.in_(ids))
    _delete(session, Instance, Instance.id.in_(ids))
    return len(ids)


def _tokens(session: Session, before: datetime) -> int:
    ids = session.scalars(select(ProcessToken.id).where(*_over(before)).limit(BATCH)).all()
    _delete(session, ProcessToken, ProcessToken.id.in_(ids))
    return len(ids)


def _deliveries(session: Session, before: datetime) -> int:
    old = select(WebhookDelivery.id).where(WebhookDelivery.ended_at <= before)
    ids = session.scalars(old.order_by(WebhookDelivery.ended_at).limit(BATCH)).all()
    # Their attempts go with them.
    _delete(session, WebhookDelivery, WebhookDelivery.id.in_(ids))
    return len(ids)


def _ended(before: datetime) -> tuple[ColumnElement[bool], ...]:
    # None ends before it begins: so the index leads to the old ones.
    return Instance.created_at <= before, Instance.ended_at <= before


def _over(before: datetime) -> tuple[ColumnElement[bool], ...]:
    spent = and_(ProcessToken.uses >= ProcessToken.limit, ProcessToken.created_at <= before)
    used = select(Instance.id).where(Instance.token_id == ProcessToken.id).exists()
    return or_(ProcessToken.not_after <= before, spent), ~used


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*which)) or 0


def _delete(session: Session, table: type, which: ColumnElement[bool]) -> None:
    session.execute(delete(table).where(which), execution_options=_UNSYNCHRONISED)
