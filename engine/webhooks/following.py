"""Follows the audit trail, and has what webhooks want to hear of delivered: nobody who does something waits for that.

The trail is the outbox. Every step writes its events there anyway, in its own transaction, so a step costs nothing
more, and an event is there exactly when the step is. Each webhook has a position: the number of the last event that
was looked at for it. In one transaction the next events are read, their deliveries and jobs are written, and the
position moves on: a crash before the end leaves everything as it was, and two processes cannot do the same, because
each looks at the position again where it writes. So there is one delivery of an event to a webhook, and never none.

To follow the trail by its numbers is safe, because they become visible in their order and without gaps: a number is
one more than that of the last event, which is read where nobody else can append one until the transaction has ended
(`engine.audit.chain`): on SQLite under the write lock that `BEGIN IMMEDIATE` takes, on PostgreSQL under an advisory
lock that is held to the end of the transaction. Who sees number n sees every number below it, after a rollback, too.

The retention of the trail keeps events for 30 days at least; a webhook whose worker stood still for longer goes on
with the first event that is left.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from engine.store import Database, Write
from engine.store.models import AuditEvent, Webhook
from engine.webhooks.events import EventType, actions_of
from engine.webhooks.payload import Event, events
from engine.webhooks.records import WebhookRecord

BATCH = 200
"""How many events one transaction takes for a webhook."""

LAG = 5_000
"""After how many events that a webhook does not want its position is written down all the same."""

_HEAD = select(func.max(AuditEvent.id))
_ACTIVE = select(_HEAD.scalar_subquery(), Webhook.id, Webhook.position, Webhook.events).where(Webhook.active)

Queue = Callable[[Session, Webhook, Event], object]
"""Writes a delivery and its job."""


class Follower:
    """Looks for what webhooks want to hear of; called by the worker whenever it has nothing else to do."""

    def __init__(self, database: Database, write: Write, queue: Queue) -> None:
        self._database, self._write, self._queue = database, write, queue
        self._head = -1
        """Up to where this process has found nothing more to do; whatever changes a webhook moves the trail, too."""
        self._seen: Mapping[str, tuple[list[str], int]] = {}
        """Up to where there is nothing that a webhook wants, with what it wanted then."""

    def follow(self) -> bool:
        """Have the next events delivered; return whether there were any."""
        due = self._due()
        for webhook_id in due:
            with self._write() as session:
                row = session.get(Webhook, webhook_id, with_for_update=True)
                if row is not None and row.active:
                    self.take(session, row)
        return bool(due)

    def take(self, session: Session, row: Webhook) -> None:
        """Queue the next events for a webhook, and move its position. Needs a writing transaction."""
        head = session.scalar(_HEAD) or 0
        wanted = WebhookRecord.of(row).events
        found = session.scalars(
            select(AuditEvent)
            .where(AuditEvent.id > row.position, AuditEvent.id <= head, AuditEvent.event.in_(actions_of(wanted)))
            .order_by(AuditEvent.id)
            .limit(BATCH)
        ).all()
        for event in events(session, found, wanted):
            self._queue(session, row, event)
        row.position = found[-1].id if len(found) == BATCH else head
        session.flush()

    def _due(self) -> list[str]:
        """Return the webhooks for which there is something, or that lag far behind."""
        with self._database.read() as session:
            rows = session.execute(_ACTIVE).all()
            head = (rows[0][0] or 0) if rows else self._head
            if head == self._head:
                return []
            due, seen = [], {}
            for _, webhook_id, position, names in rows:
                before, up_to = self._seen.get(webhook_id, (None, 0))
                begin = max(position, up_to) if before == names else position
                if self._is_there(session, names, begin, head) or head - position > LAG:
                    due.append(webhook_id)
                else:
                    seen[webhook_id] = (names, head)
        self._seen = seen
        if not due:
            self._head = head
        return due

    def _is_there(self, session: Session, names: list[str], begin: int, head: int) -> bool:
        actions = actions_of(tuple(each for each in EventType if each.value in names))
        wanted = (AuditEvent.id > begin, AuditEvent.id <= head, AuditEvent.event.in_(actions))
        return bool(session.scalar(select(exists().where(*wanted))))
