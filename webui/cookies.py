"""The session cookie: signed with the newest key, and accepted with each that is still good; see `CookieKeys`."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from engine.cookie_keys import CookieKeys


class SignedSessions(SecureCookieSessionInterface):
    """Flask's own, with keys that change while the process runs."""

    def __init__(self, keys: CookieKeys) -> None:
        self._keys = keys
        self._made: tuple[list[bytes], URLSafeTimedSerializer] | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002 - Flask gives it
        """Return what signs the cookie of a request and looks at its signature: the same as long as the keys are."""
        keys, made = self._keys.keys(), self._made
        if made is None or made[0] != keys:
            made = self._made = keys, self._serializer(keys)
        return made[1]

    def _serializer(self, keys: list[bytes]) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            # The last one signs.
            keys,
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )
