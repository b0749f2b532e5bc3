"""The secret and the URL of a webhook: sealed, changed, and nowhere to be read."""

import logging
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from engine.identity import SealBroken
from engine.identity.rotation import Rotation
from engine.store.models import Webhook as WebhookRow
from engine.webhooks.registry import FORMER_SIGNS
from tests import stored
from tests.webhooks.conftest import USER, Hooks


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
