"""What the provider says of itself (OpenID Connect Discovery 1.0) and its keys (RFC 7517), fetched and remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from engine.clock import Clock
from engine.oidc_settings import is_safe
from engine.sign_on.reasons import ProviderUnavailable
from engine.sign_on.wire import Wire

REMEMBERED = timedelta(hours=1)
"""How long what was fetched is used."""

KEYS_AGAIN = timedelta(seconds=30)
"""How long after fetching the keys an unknown one makes us fetch them again."""

FAILED_AGAIN = timedelta(seconds=10)
"""How long after a failure the provider is not asked again: nobody waits for what has just failed."""

MAXIMUM_KEYS = 50

PublicKey = RSAKey | ECKey | OKPKey


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the provider is asked what."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    """Where to sign out (OpenID Connect RP-Initiated Logout 1.0)."""
    names_itself: bool
    """Whether its answers say who it is (RFC 9207)."""
    posts_secret: bool
    """Whether it takes the client's secret only in the form (`client_secret_post`)."""

    @classmethod
    def read(cls, found: Mapping[str, Any], issuer: str) -> "Provider":
        """Read its metadata; raises `ProviderUnavailable` when they are another's, or something is missing."""
        if found.get("issuer") != issuer:
            raise ProviderUnavailable(f"the provider calls itself {str(found.get('issuer'))[:200]!r}, not {issuer!r}")

        def endpoint(name: str) -> str | None:
            url = found.get(name)
            if url is None:
                return None
            if not isinstance(url, str) or not is_safe(url):
                raise ProviderUnavailable(f"its {name} is no https:// URL")
            return url

        def needed(name: str) -> str:
            url = endpoint(name)
            if url is None:
                raise ProviderUnavailable(f"it has no {name}")
            return url

        methods = found.get("token_endpoint_auth_methods_supported")
        posts = isinstance(methods, list) and "client_secret_post" in methods and "client_secret_basic" not in methods
        return cls(
            authorization_endpoint=needed("authorization_endpoint"),
            token_endpoint=needed("token_endpoint"),
            jwks_uri=needed("jwks_uri"),
            userinfo_endpoint=endpoint("userinfo_endpoint"),
            end_session_endpoint=endpoint("end_session_endpoint"),
            names_itself=found.get("authorization_response_iss_parameter_supported") is True,
            posts_secret=posts,
        )


class Discovery:
    """Fetches what the provider says of itself. One object serves all threads; one at a time asks."""

    def __init__(self, issuer: str, wire: Wire, clock: Clock) -> None:
        self._issuer = issuer
        self._wire = wire
        self._clock = clock
        self._lock = Lock()
        self._provider: tuple[datetime, Provider] | None = None
        self._keys: tuple[datetime, tuple[PublicKey, ...]] | None = None
        self._failed: tuple[datetime, str] | None = None

    @property
    def known(self) -> Provider | None:
        """What was fetched last, however long ago: nobody waits for it."""
        return self._provider[1] if self._provider is not None else None

    def provider(self) -> Provider:
        """Return where it is asked what; raises `ProviderUnavailable`."""
        with self._lock:
            now = self._clock.now()
            if self._provider is None or now >= self._provider[0] + REMEMBERED:
                found = self._fetch(get_well_known_url(self._issuer, external=True), now)
                self._provider = now, Provider.read(found, self._issuer)
            return self._provider[1]

    def keys(self, kid: str | None) -> tuple[PublicKey, ...]:
        """Return the keys that may have signed what names `kid`; raises `ProviderUnavailable`."""
        url = self.provider().jwks_uri
        with self._lock:
            now = self._clock.now()
            if self._keys is None or now >= self._keys[0] + REMEMBERED:
                self._keys = now, _public(self._fetch(url, now))
            elif not _with(kid, self._keys[1]) and now >= self._keys[0] + KEYS_AGAIN:
                # It has changed its keys.
                self._keys = now, _public(self._fetch(url, now))
            return _with(kid, self._keys[1])

    def _fetch(self, url: str, now: datetime) -> dict[str, Any]:
        if self._failed is not None and now < self._failed[0] + FAILED_AGAIN:
            raise ProviderUnavailable(self._failed[1])
        try:
            found = self._wire.get(url)
        except ProviderUnavailable as error:
            self._failed = now, error.detail
            raise
        self._failed = None
        return found


def _public(found: Mapping[str, Any]) -> tuple[PublicKey, ...]:
    """Return the keys of a set (RFC 7517, 5) that can verify; what is of an unknown kind is left out."""
    listed, keys = found.get("keys"), []
    for each in (listed if isinstance(listed, list) else [])[:MAXIMUM_KEYS]:
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        try:
            key = import_key(each)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey):
            keys.append(key)
    if not keys:
        raise ProviderUnavailable("it has no key that can be used")
    return tuple(keys)


def _with(kid: str | None, keys: tuple[PublicKey, ...]) -> tuple[PublicKey, ...]:
    return keys if kid is None else tuple(each for each in keys if each.kid == kid)
