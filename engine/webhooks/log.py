"""The log of deliveries, as it is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.models import Webhook, WebhookAttempt, WebhookDelivery
from engine.store.paging import After, Page, in_order
from engine.webhooks.records import (
    AttemptRecord,
    DeliveryDetail,
    DeliveryNotFound,
    DeliveryRecord,
    DeliveryState,
    WebhookRecord,
)

MAXIMUM_ATTEMPTS = 100
"""How many attempts of a delivery are shown, the latest ones."""


@dataclass(frozen=True, slots=True)
class WantedDeliveries:
    """What is looked for; None is any."""

    state: DeliveryState | None = None
    event: str | None = None


def webhooks(session: Session) -> Sequence[WebhookRecord]:
    """Return every webhook, by name."""
    return sorted((WebhookRecord.of(row) for row in session.scalars(select(Webhook))), key=lambda each: each.name)


def search(
    session: Session, webhook_id: str, wanted: WantedDeliveries, after: After | None, limit: int
) -> Page[DeliveryRecord]:
    """Return deliveries to a webhook, the newest first."""
    row = WebhookDelivery
    query = select(row).where(row.webhook_id == webhook_id)
    if wanted.state is not None:
        query = query.where(row.state == wanted.state.value)
    if wanted.event is not None:
        query = query.where(row.event == wanted.event)
    table = row.__table__.c
    rows = session.scalars(in_order(query, table.created_at, table.id, after).limit(limit + 1)).all()
    found = tuple(DeliveryRecord.of(each) for each in rows[:limit])
    return Page(found, After(found[-1].created_at, found[-1].id) if len(rows) > limit else None)


def row_of(session: Session, webhook_id: str, delivery_id: str) -> WebhookDelivery:
    """Return the row of a delivery to a webhook; raises `DeliveryNotFound`."""
    row = session.get(WebhookDelivery, delivery_id)
    if row is None or row.webhook_id != webhook_id:
        raise DeliveryNotFound
    return row


def show(session: Session, webhook_id: str, delivery_id: str) -> DeliveryDetail:
    """Return a delivery with its attempts; raises `DeliveryNotFound`."""
    row = row_of(session, webhook_id, delivery_id)
    attempts = session.scalars(
        select(WebhookAttempt)
        .where(WebhookAttempt.delivery_id == row.id)
        .order_by(WebhookAttempt.at.desc(), WebhookAttempt.id)
        .limit(MAXIMUM_ATTEMPTS)
    )
    return DeliveryDetail(DeliveryRecord.of(row), row.body.decode(), tuple(AttemptRecord.of(each) for each in attempts))
