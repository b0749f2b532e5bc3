"""What pages, the command line and the worker ask of webhooks. Each method is a transaction of its own."""

from collections.abc import Callable, Sequence
from secrets import token_bytes
from typing import Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.egress import Answer, Call
from engine.identity import Cause, Vault
from engine.identity.cause import detail
from engine.jobs import Jobs, Task
from engine.store import Database, Write
from engine.store.models import Webhook
from engine.store.paging import After, Page
from engine.store.types import new_id
from engine.webhooks import log
from engine.webhooks.events import EventType
from engine.webhooks.following import Follower
from engine.webhooks.log import WantedDeliveries
from engine.webhooks.payload import made
from engine.webhooks.records import DeliveryDetail, DeliveryRecord, IssuedWebhook, WebhookNotFound, WebhookRecord
from engine.webhooks.registry import Registry, WebhookSettings
from engine.webhooks.sending import Deliveries


class Outgoing(Protocol):
    """What calls others; see `Egress`."""

    def check(self, url: str) -> str:
        """Return the host of a URL that can be called; raises `TargetRefused`."""

    def send(self, call: Call) -> Answer:
        """Make a request."""


class Webhooks:
    """The webhooks of an installation."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with
        self,
        database: Database,
        write: Write,
        jobs: Jobs,
        vault: Vault,
        clock: Clock,
        outgoing: Outgoing,
        *,
        random: Callable[[int], bytes] = token_bytes,
    ) -> None:
        """`write` opens a transaction of which the worker is told."""
        self._database, self._write, self._clock = database, write, clock
        self._deliveries = Deliveries(jobs, vault, clock, outgoing)
        self._follower = Follower(database, write, self._deliveries.queue)
        self._registry = Registry(jobs, vault, clock, self._follower, outgoing.check, random)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What the worker does for them."""
        return self._deliveries.tasks

    def follow(self) -> bool:
        """Have the next events of the audit trail delivered; return whether there were any."""
        return self._follower.follow()

    def list(self) -> Sequence[WebhookRecord]:
        """Return every webhook, by name."""
        with self._database.read() as session:
            return log.webhooks(session)

    def get(self, webhook_id: str) -> WebhookRecord:
        """Return a webhook; raises `WebhookNotFound`."""
        with self._database.read() as session:
            return WebhookRecord.of(_row(session, webhook_id))

    def url(self, webhook_id: str) -> str:
        """Return the whole URL of a webhook, for those who may change it; raises `WebhookNotFound`."""
        with self._database.read() as session:
            return self._registry.url(_row(session, webhook_id))

    def create(self, given: WebhookSettings, cause: Cause | None = None) -> IssuedWebhook:
        """Make a webhook; see `Registry.create`."""
        with self._write() as session:
            return self._registry.create(session, given, cause)

    def change(self, webhook_id: str, given: WebhookSettings, revision: int, cause: Cause | None = None) -> bool:
        """Change a webhook; see `Registry.change`."""
        with self._write() as session:
            return self._registry.change(session, webhook_id, given, revision, cause)

    def switch(self, webhook_id: str, active: bool, revision: int, cause: Cause | None = None) -> None:
        """Switch a webhook on or off; see `Registry.switch`."""
        with self._write() as session:
            self._registry.switch(session, webhook_id, active, revision, cause)

    def rotate(self, webhook_id: str, revision: int, cause: Cause | None = None) -> IssuedWebhook:
        """Give a webhook a new secret; see `Registry.rotate`."""
        with self._write() as session:
            return self._registry.rotate(session, webhook_id, revision, cause)

    def delete(self, webhook_id: str, revision: int, cause: Cause | None = None) -> None:
        """Delete a webhook; see `Registry.delete`."""
        with self._write() as session:
            self._registry.delete(session, webhook_id, revision, cause)

    def test(self, webhook_id: str, cause: Cause | None = None) -> str:
        """Send a test event, once, whether the webhook is on or off; return the delivery. Raises `WebhookNotFound`."""
        with self._write() as session:
            row = _row(session, webhook_id, lock=True)
            event = made(f"evt_{new_id()}", EventType.TEST, self._clock.now(), {"webhook": row.id})
            audit.record(session, self._clock, AuditAction.WEBHOOK_TESTED, webhook=row.id, **detail(cause))
            return self._deliveries.queue(session, row, event, once=True)

    def deliveries(
        self,
        webhook_id: str,
        wanted: WantedDeliveries = WantedDeliveries(),  # noqa: B008 - frozen
        after: After | None = None,
        limit: int = 50,
    ) -> Page[DeliveryRecord]:
        """Return deliveries to a webhook, the newest first; raises `WebhookNotFound`."""
        with self._database.read() as session:
            return log.search(session, _row(session, webhook_id).id, wanted, after, limit)

    def delivery(self, webhook_id: str, delivery_id: str) -> DeliveryDetail:
        """Return a delivery with its attempts; raises `DeliveryNotFound`."""
        with self._database.read() as session:
            return log.show(session, webhook_id, delivery_id)

    def send_again(self, webhook_id: str, delivery_id: str, cause: Cause | None = None) -> None:
        """Send what was sent before, with the same id; once only where the webhook is off, or it is a test.

        Raises:
            WebhookNotFound, DeliveryNotFound: when there is no such delivery.

        """
        with self._write() as session:
            webhook, row = _row(session, webhook_id, lock=True), log.row_of(session, webhook_id, delivery_id)
            once = not webhook.active or row.event == EventType.TEST
            self._deliveries.again(session, row, once=once)
            said = {"webhook": webhook.id, "delivery": row.id, "event": row.event, **detail(cause)}
            audit.record(session, self._clock, AuditAction.WEBHOOK_SENT_AGAIN, **said)

    def forget_expired(self, session: Session) -> None:
        """Delete secrets that do not sign any more. Needs a writing transaction."""
        over = Webhook.former_until <= self._clock.now()
        session.execute(update(Webhook).where(over).values(former=None, former_until=None))


def _row(session: Session, webhook_id: str, *, lock: bool = False) -> Webhook:
    row = session.get(Webhook, webhook_id, with_for_update=lock or None)
    if row is None:
        raise WebhookNotFound
    return row
