"""The log of attempts: what was answered, and why nothing was."""

from engine.egress import AllowList
from engine.webhooks import DeliveryState
from engine.webhooks.sending import SHOWN_BYTES
from tests.conftest import ManualClock
from tests.outside import Open
from tests.receiver import Reply
from tests.webhooks.conftest import USER, Hooks


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
