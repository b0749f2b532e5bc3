"""Sign-ins that have begun: kept by the browser that began them, sealed, for a few minutes.

Nothing is written before the provider has answered, so that nobody fills the database by beginning. The seal is Fernet
(AES-128-CBC and HMAC-SHA256, with the time in it); its key is derived from the installation's own.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

import orjson
from cryptography.fernet import Fernet, InvalidToken

LASTS = timedelta(minutes=10)
"""How long somebody has at the provider."""

_BYTES = 32


class Purpose(StrEnum):
    """What a visit to the provider is for."""

    SIGN_IN = "sign-in"
    LINK = "link"
    """The account that is signed in here is to be linked."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What the answer of the provider is compared with."""

    purpose: Purpose
    redirect_uri: str
    """Where the answer was asked to."""
    state: str = field(repr=False)
    """Binds the answer to the browser (RFC 6749, 10.12)."""
    nonce: str = field(repr=False)
    """Binds the ID token to the question (OpenID Connect Core 1.0, 3.1.2.1)."""
    verifier: str = field(repr=False)
    """Binds the code to who asked (RFC 7636)."""
    next: str = ""
    """Where to go on afterwards."""
    account_id: str = ""
    """Whom to link."""

    @classmethod
    def make(
        cls, purpose: Purpose, redirect_uri: str, random: Callable[[int], bytes], *, after: str = "", account: str = ""
    ) -> Self:
        """Begin; each of its secrets has 256 random bits."""
        state, nonce, verifier = (urlsafe_b64encode(random(_BYTES)).decode().rstrip("=") for _ in range(3))
        return cls(purpose, redirect_uri, state, nonce, verifier, after, account)


class Sealer:
    """Seals what a browser, or the row of a session, keeps for later."""

    def __init__(self, key: bytes) -> None:
        """Use a key of 32 bytes."""
        self._fernet = Fernet(urlsafe_b64encode(key))

    def seal(self, pending: Pending, now: datetime) -> str:
        """Return it for the browser."""
        return self._fernet.encrypt_at_time(orjson.dumps(asdict(pending)), int(now.timestamp())).decode()

    def open(self, sealed: str, now: datetime) -> Pending | None:
        """Return what was sealed; None when it was not by us, or too long ago."""
        try:
            plain = self._fernet.decrypt_at_time(sealed, int(LASTS.total_seconds()), int(now.timestamp()))
        except InvalidToken:
            return None
        kept = orjson.loads(plain)
        return Pending(**{**kept, "purpose": Purpose(kept["purpose"])})

    def seal_token(self, token: str, now: datetime) -> bytes:
        """Return an ID token for the row of a session."""
        return self._fernet.encrypt_at_time(token.encode(), int(now.timestamp()))

    def open_token(self, sealed: bytes) -> str | None:
        """Return the ID token; None when it was altered."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            return None
