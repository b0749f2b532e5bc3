"""Signatures, as others make and check them."""

from datetime import UTC, datetime
from secrets import token_bytes

import pytest
from hypothesis import given, settings
from hypothesis.strategies import binary, text
from standardwebhooks import Webhook, WebhookVerificationError

from engine.webhooks import signing


def test_the_signature_is_that_of_the_published_example() -> None:
    """From the tests of the reference libraries of Standard Webhooks."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    made = signing.sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@settings(max_examples=30)
@given(binary(min_size=32, max_size=32), text())
def test_the_library_of_receivers_makes_the_same_signature(key: bytes, body: str) -> None:
    secret = signing.new_secret(lambda _: key)
    body = body.encode("utf-8", "ignore").decode()
    at = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
    assert signing.sign(secret, "evt_1", int(at.timestamp()), body.encode()) == Webhook(secret).sign("evt_1", at, body)


def test_either_of_two_secrets_verifies_and_another_one_does_not() -> None:
    secrets = [signing.new_secret(token_bytes) for _ in range(3)]
    now = int(datetime.now(UTC).timestamp())
    headers = dict(signing.headers("evt_1", now, b'{"a": 1}', secrets[:2]))
    for secret in secrets[:2]:
        assert Webhook(secret).verify(b'{"a": 1}', headers) == {"a": 1}
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets[2]).verify(b'{"a": 1}', headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets[0]).verify(b'{"a": 2}', headers)
