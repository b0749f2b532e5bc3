"""What is sent, and what comes of it: with a real receiver, at a standing clock."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from engine.store.models import WebhookAttempt, WebhookDelivery
from engine.webhooks import DeliveryState, EventType, WantedDeliveries
from tests.webhooks.conftest import USER, Hooks, states


def test_an_event_is_sent_signed_and_the_receivers_library_verifies_it(hooks: Hooks) -> None:
    hooks.clock.time = datetime.now(UTC)
    webhook = hooks.make(USER)
    hooks.happen()
    assert hooks.receiver.requests == []
    assert hooks.deliveries(webhook) == []
    assert hooks.work() == 1
    (request,) = hooks.receiver.requests
    event = Webhook(hooks.secrets[webhook.id]).verify(request.body, dict(request.headers))
    assert (event["id"], event["type"]) == (request.headers["webhook-id"], "user.created")
    assert datetime.fromisoformat(event["timestamp"]) == hooks.clock.time
    assert event["timestamp"].endswith("Z")
    assert set(event["data"]) == {"user", "instance"}
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
    (delivery,) = hooks.deliveries(webhook)
    assert (delivery.state, delivery.status, delivery.attempts) == (DeliveryState.DELIVERED, 204, 1)
    assert delivery.event_id == event["id"]
    with pytest.raises(WebhookVerificationError):
        Webhook(hooks.secrets[webhook.id]).verify(request.body + b" ", dict(request.headers))
    assert hooks.work(days=1) == 0


def test_somebody_can_have_it_sent_again_with_the_same_id(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.happen()
    hooks.work()
    (delivery,) = hooks.deliveries(webhook)
    hooks.application.webhooks.send_again(webhook.id, delivery.id)
    assert states(hooks, webhook) == ["waiting"]
    assert hooks.work() == 1
    first, second = hooks.receiver.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    (again,) = hooks.deliveries(webhook)
    assert (again.id, again.attempts, again.state) == (delivery.id, 2, DeliveryState.DELIVERED)
    assert hooks.audited("webhook_sent_again")[0][1]["delivery"] == delivery.id


def test_a_test_event_is_sent_once_also_while_the_webhook_is_off(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.application.webhooks.switch(webhook.id, False, webhook.revision)
    hooks.answer(500, 200)
    hooks.application.webhooks.test(webhook.id)
    assert hooks.work() == 1
    assert hooks.sent()[0]["type"] == "webhook.test"
    assert hooks.sent()[0]["data"] == {"webhook": webhook.id}
    assert states(hooks, webhook) == ["failed"]
    assert hooks.work(days=1) == 0
    assert hooks.get(webhook).failing_since is None
    hooks.application.webhooks.send_again(webhook.id, hooks.deliveries(webhook)[0].id)
    assert hooks.work() == 1
    assert states(hooks, webhook) == ["delivered"]


def test_deliveries_are_kept_for_a_while(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.happen(2)
    hooks.work()
    hooks.clock.advance(timedelta(days=29))
    hooks.application.keep_house()
    assert len(hooks.deliveries(webhook)) == 2
    hooks.clock.advance(timedelta(days=1))
    hooks.application.keep_house()
    assert hooks.deliveries(webhook) == []
    with hooks.application.database.read() as session:
        assert (session.query(WebhookDelivery).count(), session.query(WebhookAttempt).count()) == (0, 0)


def test_deliveries_are_searched_and_paged(hooks: Hooks) -> None:
    webhook = hooks.make(USER, EventType.USER_DELETED)
    hooks.answer(204, 204, 500)
    for _ in range(5):
        hooks.happen()
        hooks.work(seconds=1)
    ask = hooks.application.webhooks.deliveries
    page = ask(webhook.id, limit=2)
    seen = [*page.rows]
    while page.next is not None:
        page = ask(webhook.id, after=page.next, limit=2)
        seen += page.rows
    assert seen == hooks.deliveries(webhook)
    assert len(seen) == 5
    assert len(ask(webhook.id, WantedDeliveries(DeliveryState.DELIVERED)).rows) == 2
    assert len(ask(webhook.id, WantedDeliveries(event="user.created")).rows) == 5
    assert ask(webhook.id, WantedDeliveries(event="user.deleted")).rows == ()
