from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from engine.application import Application
from engine.store.models import AuditEvent
from engine.webhooks import PUBLIC, DeliveryRecord, EventType, WebhookRecord, WebhookSettings
from tests.conftest import ManualClock
from tests.outside import Open, opening
from tests.receiver import Receiver, Reply

USER = EventType.USER_CREATED


@dataclass
class Hooks:
    """An installation with an identity store, at a standing clock, and a receiver that webhooks are sent to."""

    application: Application
    clock: ManualClock
    receiver: Receiver
    secrets: dict[str, str] = field(default_factory=dict)

    def make(self, *events: EventType, url: str = "", description: str = "") -> WebhookRecord:
        given = WebhookSettings(url or self.receiver.url, tuple(events or PUBLIC), description)
        issued = self.application.webhooks.create(given)
        self.secrets[issued.record.id] = issued.secret
        return issued.record

    def get(self, webhook: WebhookRecord) -> WebhookRecord:
        return self.application.webhooks.get(webhook.id)

    def happen(self, number: int = 1) -> None:
        """Let users be made: an event each."""
        identity = self.application.identity
        for _ in range(number):
            with self.application.write() as session:
                store = identity.store_or_none(session, "s") or identity.create_store(session, "s")
                identity.create_user(session, store)

    def work(self, **wait: float) -> int:
        """Let time pass, and run what is due; return how many requests that made."""
        before = len(self.receiver.requests)
        self.clock.advance(timedelta(**wait))
        self.application.work_due()
        return len(self.receiver.requests) - before

    def answer(self, *replies: Reply | int) -> None:
        self.receiver.replies = [each if isinstance(each, Reply) else Reply(each) for each in replies]

    def deliveries(self, webhook: WebhookRecord) -> list[DeliveryRecord]:
        return list(self.application.webhooks.deliveries(webhook.id, limit=500).rows)

    def sent(self) -> list[dict[str, Any]]:
        return [orjson.loads(each.body) for each in self.receiver.requests]

    def audited(self, *events: str) -> list[tuple[str, dict[str, Any]]]:
        with self.application.database.read() as session:
            rows = session.scalars(select(AuditEvent).where(AuditEvent.event.in_(events)).order_by(AuditEvent.id))
            return [(row.event, row.detail) for row in rows]


def states(hooks: Hooks, webhook: WebhookRecord) -> list[str]:
    return [each.state.value for each in hooks.deliveries(webhook)]


@pytest.fixture
def open_application(tmp_path: Path, clock: ManualClock) -> Iterator[Open]:
    """Opens the installation, as often as it takes."""
    with opening(tmp_path / "var", clock) as opened:
        yield opened


@pytest.fixture
def hooks(open_application: Open, clock: ManualClock, receiver: Receiver) -> Hooks:
    return Hooks(open_application(), clock, receiver)
