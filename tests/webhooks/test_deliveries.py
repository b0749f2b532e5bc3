"""What is sent, how often, and what comes of it: with a real receiver, at a standing clock."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from engine.egress import AllowList
from engine.identity import SealBroken
from engine.identity.rotation import Rotation
from engine.store.models import Webhook as WebhookRow
from engine.store.models import WebhookAttempt, WebhookDelivery
from engine.webhooks import DeliveryState, EventType, OffBecause, WantedDeliveries, WebhookRecord, schedule
from engine.webhooks.registry import FORMER_SIGNS
from engine.webhooks.sending import SHOWN_BYTES
from tests import stored
from tests.conftest import ManualClock
from tests.outside import Open
from tests.receiver import Reply
from tests.webhooks.conftest import Hooks

USER = EventType.USER_CREATED


def states(hooks: Hooks, webhook: WebhookRecord) -> list[str]:
    return [each.state.value for each in hooks.deliveries(webhook)]


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


def test_it_is_tried_ten_times_in_three_days_with_the_same_id_and_bytes_and_then_given_up(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.answer(500)
    hooks.happen()
    assert hooks.work() == 1
    for wait in schedule.WAITS:
        assert hooks.work(seconds=wait.total_seconds() - 1) == 0
        assert hooks.work(seconds=wait.total_seconds() * schedule.JITTER + 1) == 1
    assert states(hooks, webhook) == ["failed"]
    assert hooks.work(days=30) == 0
    requests = hooks.receiver.requests
    assert len(requests) == len({each.headers["webhook-timestamp"] for each in requests}) == 10
    assert len({(each.headers["webhook-id"], each.body) for each in requests}) == 1
    (delivery,) = hooks.deliveries(webhook)
    assert len(hooks.application.webhooks.delivery(webhook.id, delivery.id).attempts) == 10


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500, 503])
def test_whatever_is_no_2xx_is_tried_again(hooks: Hooks, status: int) -> None:
    webhook = hooks.make(USER)
    hooks.answer(Reply(status, {"Location": hooks.receiver.url}), 200)
    hooks.happen()
    assert hooks.work() == 1
    assert states(hooks, webhook) == ["waiting"]
    assert hooks.get(webhook).failing_since is not None
    assert hooks.work(seconds=6) == 1
    assert states(hooks, webhook) == ["delivered"]
    assert hooks.get(webhook).failing_since is None


def test_the_receiver_may_ask_for_patience_and_everything_for_it_waits(hooks: Hooks) -> None:
    hooks.make(USER)
    hooks.answer(Reply(429, {"Retry-After": "3600"}), 204)
    hooks.happen(3)
    assert hooks.work() == 1
    assert hooks.work(minutes=59) == 0
    assert hooks.work(minutes=2) == 3


def test_410_switches_it_off_and_what_waits_is_stopped(hooks: Hooks) -> None:
    webhook, other = hooks.make(USER), hooks.make(USER)
    hooks.answer(503, 204, 410)
    hooks.happen()
    hooks.work()
    hooks.happen()
    hooks.work()
    found = [hooks.get(each) for each in (webhook, other)]
    off = [each for each in found if not each.active]
    assert {each.off_because for each in off} == {OffBecause.GONE}
    for each in off:
        assert "waiting" not in states(hooks, each)
    said = hooks.audited("webhook_switched")
    assert [detail for _, detail in said] == [
        {"webhook": detail["webhook"], "active": False, "because": "gone"} for _, detail in said
    ]
    before = len(hooks.receiver.requests)
    hooks.answer(204)
    for each in off:
        hooks.application.webhooks.switch(each.id, True, each.revision)
    hooks.happen()
    hooks.work(days=1)
    # What happened before it was switched on again is not sent.
    assert len(hooks.receiver.requests) - before >= len(off)
    assert all(hooks.get(each).active for each in off)


def test_after_five_days_of_nothing_but_failures_it_is_switched_off(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.answer(500)
    for _ in range(5):
        hooks.happen()
        hooks.work(days=1)
        assert hooks.get(webhook).active
    hooks.work(days=1)
    assert (hooks.get(webhook).active, hooks.get(webhook).off_because) == (False, OffBecause.FAILING)
    assert hooks.audited("webhook_switched")[0][1]["because"] == "failing"
    assert set(states(hooks, webhook)) <= {"failed", "stopped"}
    hooks.happen()
    assert hooks.work(days=1) == 0


def test_one_success_in_between_keeps_it_on(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    for day in range(8):
        hooks.answer(204 if day == 4 else 500)
        hooks.happen()
        hooks.work(days=1)
    assert hooks.get(webhook).active


def test_a_receiver_that_is_down_is_not_asked_for_every_event(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.answer(500)
    hooks.happen(10)
    assert hooks.work() == schedule.HELD_FROM
    assert sum(hooks.work(minutes=1) for _ in range(15)) < 15
    assert set(states(hooks, webhook)) == {"waiting"}
    hooks.answer(204)
    hooks.work(minutes=11)
    hooks.work(hours=3)
    assert set(states(hooks, webhook)) == {"delivered"}


def test_for_a_day_after_a_new_secret_both_sign(hooks: Hooks) -> None:
    hooks.clock.time = datetime.now(UTC)
    webhook = hooks.make(USER)
    old = hooks.secrets[webhook.id]
    issued = hooks.application.webhooks.rotate(webhook.id, webhook.revision)
    assert issued.secret != old
    hooks.happen()
    hooks.work()
    request = hooks.receiver.requests[-1]
    for secret in (old, issued.secret):
        Webhook(secret).verify(request.body, dict(request.headers))
    hooks.clock.time += FORMER_SIGNS
    hooks.application.keep_house()
    with hooks.application.database.read() as session:
        assert session.get_one(WebhookRow, webhook.id).former is None
    hooks.happen()
    hooks.work()
    assert len(hooks.receiver.requests[-1].headers["webhook-signature"].split()) == 1
    (said,) = hooks.audited("webhook_secret_rotated")
    assert said[1] == {"webhook": webhook.id}


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


def test_what_waits_for_its_next_try_can_be_sent_now(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.answer(500, 500, 204)
    hooks.happen()
    hooks.work()
    assert hooks.work(seconds=6) == 1
    hooks.application.webhooks.send_again(webhook.id, hooks.deliveries(webhook)[0].id)
    assert hooks.work() == 1
    assert hooks.work(hours=1) == 0
    assert states(hooks, webhook) == ["delivered"]


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


def test_a_host_that_is_not_public_is_not_called_and_the_log_says_so(
    hooks: Hooks, open_application: Open, clock: ManualClock
) -> None:
    webhook = hooks.make(USER, url=hooks.receiver.url.replace("http://127.0.0.1", "https://localhost"))
    careful = Hooks(open_application(outgoing_allow=AllowList()), clock, hooks.receiver)
    careful.happen()
    assert careful.work() == 0
    (delivery,) = careful.deliveries(webhook)
    assert delivery.state is DeliveryState.WAITING
    assert "localhost is not a public address" in (delivery.problem or "")


def test_the_log_says_what_every_attempt_came_to(hooks: Hooks) -> None:
    webhook = hooks.make(USER, url=hooks.receiver.url + "?key=canary")
    secret = hooks.secrets[webhook.id]

    def echo() -> None:
        request = hooks.receiver.requests[-1]
        text = f"{request.headers['webhook-signature']} {secret} key=canary \x00\x1b[31m" + "x" * 1000
        hooks.receiver.replies = [Reply(200, {}, text.encode())]

    hooks.answer(Reply(500, {}, b"<h1>Oh no</h1>"))
    hooks.happen()
    hooks.work()
    hooks.receiver.before_reply = echo
    hooks.work(seconds=6)
    (delivery,) = hooks.deliveries(webhook)
    attempts = hooks.application.webhooks.delivery(webhook.id, delivery.id).attempts
    assert attempts[-1].answer == "<h1>Oh no</h1>"
    assert (attempts[-1].status, attempts[-1].problem) == (500, None)
    assert attempts[0].status == 200
    shown = attempts[0].answer or ""
    assert "canary" not in shown
    assert secret not in shown
    assert "v1," not in shown
    assert "\x1b" not in shown
    assert len(shown) == SHOWN_BYTES


def test_a_receiver_that_is_not_there_is_in_the_log_too(hooks: Hooks) -> None:
    webhook = hooks.make(USER, url="http://127.0.0.1:9/hook?key=canary")
    hooks.happen()
    hooks.work()
    (delivery,) = hooks.deliveries(webhook)
    assert (delivery.state, delivery.status) == (DeliveryState.WAITING, None)
    assert delivery.problem == "127.0.0.1 does not take a connection."


def test_the_secret_and_the_url_are_nowhere_to_be_read(hooks: Hooks, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    webhook = hooks.make(USER, url=hooks.receiver.url + "/path-canary?key=query-canary", description="CRM")
    new = hooks.application.webhooks.rotate(webhook.id, webhook.revision).secret
    hooks.answer(500, 204)
    hooks.happen()
    hooks.work()
    hooks.work(seconds=6)
    assert hooks.receiver.requests[-1].path == "/hook/path-canary?key=query-canary"
    kept = stored.content(hooks.application.database)
    assert b"webhook_created" in kept
    for secret in (hooks.secrets[webhook.id], new, "path-canary", "query-canary"):
        assert secret.removeprefix("whsec_").encode() not in kept
        assert secret.removeprefix("whsec_") not in caplog.text + repr(webhook)


def test_new_data_keys_seal_url_and_secrets_again(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.application.webhooks.rotate(webhook.id, webhook.revision)
    done = Rotation(hooks.application.database, hooks.application._vault, hooks.clock).rotate()
    assert (done.values, done.broken) == (3, ())
    hooks.happen()
    assert hooks.work() == 1


def test_a_url_that_was_moved_from_another_webhook_is_not_called(hooks: Hooks) -> None:
    one, other = hooks.make(USER), hooks.make(USER, url="http://127.0.0.2:9/")
    with hooks.application.database.write() as session:
        session.get_one(WebhookRow, other.id).url = session.get_one(WebhookRow, one.id).url
    with pytest.raises(SealBroken):
        hooks.application.webhooks.url(other.id)


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
