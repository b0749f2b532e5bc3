"""Switches a webhook off: what waits for it is not sent any more."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.jobs import Jobs
from engine.store.models import Webhook, WebhookDelivery
from engine.webhooks.records import DeliveryState, OffBecause


def switch_off(session: Session, jobs: Jobs, clock: Clock, webhook: Webhook, because: OffBecause | None) -> None:
    """Switch it off, by itself for a reason or by hand, and stop its deliveries. Needs a writing transaction."""
    webhook.active, webhook.off_because = False, because and because.value
    webhook.held_until = None
    session.flush()
    jobs.cancel_all(session, f"webhook:{webhook.id}:")
    waiting = (WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == DeliveryState.WAITING.value)
    session.execute(
        update(WebhookDelivery)
        .where(*waiting)
        .values(state=DeliveryState.STOPPED.value, next_at=None, ended_at=clock.now()),
        execution_options={"synchronize_session": "fetch"},
    )
