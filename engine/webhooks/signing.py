"""Signatures of webhooks as "Standard Webhooks" 1.0.0 has them: HMAC-SHA256 over id, time and body.

A secret is written `whsec_` and 32 random bytes in Base64. While it is changed, both the new and the former one sign.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret(random: Callable[[int], bytes]) -> str:
    """Return a new secret, as it is shown."""
    return PREFIX + b64encode(random(SECRET_BYTES)).decode()


def sign(secret: str, identifier: str, timestamp: int, body: bytes) -> str:
    """Return the signature: `v1,` and 32 bytes in Base64. `timestamp` is in seconds since 1970."""
    signed = f"{identifier}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(b64decode(secret.removeprefix(PREFIX)), signed, "sha256")).decode()


def headers(identifier: str, timestamp: int, body: bytes, secrets: Iterable[str]) -> Mapping[str, str]:
    """Return the headers of one attempt, signed by each of the secrets."""
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(secret, identifier, timestamp, body) for secret in secrets),
    }
