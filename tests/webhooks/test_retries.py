"""How often a delivery is tried, and when."""

import pytest

from engine.webhooks import schedule
from tests.receiver import Reply
from tests.webhooks.conftest import USER, Hooks, states


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
