"""What is asked of the provider, and what it tells: the Authorization Code flow (OpenID Connect Core 1.0, 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any
from urllib.parse import quote_plus

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from engine.clock import Clock
from engine.oidc_settings import OidcSettings
from engine.sign_on import id_token
from engine.sign_on.claims import lacking
from engine.sign_on.id_token import Expected
from engine.sign_on.pending import Pending
from engine.sign_on.provider import Discovery, Provider
from engine.sign_on.reasons import ProviderUnavailable, SignOnRefused, Why
from engine.sign_on.wire import Wire

MAXIMUM_PARAMETER = 4096
"""How long a parameter of an answer may be, in characters."""

MAXIMUM_HINT = 4096
"""How long an ID token may be that stands in an address at the sign-out."""

_BROKEN = frozenset({"server_error", "temporarily_unavailable"})
_ERRORS = frozenset(
    {
        "access_denied",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_response_type",
        "interaction_required",
        "login_required",
        "account_selection_required",
        "consent_required",
    }
)
"""What a provider may say (RFC 6749, 4.1.2.1; OpenID Connect Core 1.0, 3.1.2.6); anything else is kept nowhere."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The parameters with which the browser comes back."""

    state: str = ""
    code: str = field(default="", repr=False)
    issuer: str = ""
    """`iss`, empty where it was not sent (RFC 9207)."""
    error: str = ""

    @property
    def is_too_long(self) -> bool:
        """Whether no provider would send that."""
        return max(map(len, (self.state, self.code, self.issuer, self.error))) > MAXIMUM_PARAMETER


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider told of somebody."""

    claims: Mapping[str, Any] = field(repr=False)
    id_token: str = field(repr=False)

    @property
    def subject(self) -> str:
        """Who it is there."""
        return str(self.claims["sub"])


class Conversation:
    """Asks the provider."""

    def __init__(self, settings: OidcSettings, wire: Wire, clock: Clock) -> None:
        self._settings = settings
        self._wire = wire
        self._clock = clock
        self._discovery = Discovery(settings.issuer, wire, clock)

    def question(self, pending: Pending, *, again: bool) -> str:
        """Return the address at the provider that signs somebody in; `again` makes it ask who it is in any case.

        Raises:
            ProviderUnavailable: when it does not say where that is.

        """
        settings = self._settings
        more: dict[str, object] = {"nonce": pending.nonce}
        if again:
            more["prompt"] = "login"
        if settings.max_age is not None:
            more["max_age"] = settings.max_age
        if settings.acr_values:
            more["acr_values"] = " ".join(settings.acr_values)
        client = OAuth2Client(None, settings.client_id, scope=settings.scopes, code_challenge_method="S256")
        url, _ = client.create_authorization_url(
            self._discovery.provider().authorization_endpoint,
            state=pending.state,
            code_verifier=pending.verifier,
            redirect_uri=pending.redirect_uri,
            **more,
        )
        return str(url)

    def hear(self, answer: Answer, pending: Pending) -> Told:
        """Return what the provider tells for an answer to the question; the caller has compared its `state`.

        Raises:
            SignOnRefused: when it proves nothing.
            ProviderUnavailable: when the provider does not answer.

        """
        provider = self._discovery.provider()
        if answer.issuer != self._settings.issuer and (answer.issuer or provider.names_itself):
            raise SignOnRefused(Why.ISSUER)
        if answer.error in _BROKEN:
            raise ProviderUnavailable(f"the provider answers {answer.error}")
        if answer.error or not answer.code:
            known = answer.error if answer.error in _ERRORS else "another error" if answer.error else "no code"
            raise SignOnRefused(Why.DENIED, detail=known)
        tokens = self._redeem(provider, answer.code, pending)
        access = tokens.get("access_token")
        access = access if isinstance(access, str) and access.isascii() else None
        expected = Expected(pending.nonce, access)
        token = tokens.get("id_token")
        claims = id_token.verify(token, expected, self._settings, self._discovery.keys, self._clock.now())
        if lacking(claims, self._settings) and access is not None and provider.userinfo_endpoint is not None:
            claims = {**self._more(provider.userinfo_endpoint, access, str(claims["sub"])), **claims}
        return Told(claims, str(token))

    def farewell(self, token: str | None, back: str) -> str | None:
        """Return the address that signs somebody out there, who then comes to `back`; None where there is none."""
        try:
            provider = self._discovery.known or self._discovery.provider()
        except ProviderUnavailable:
            return None
        if provider.end_session_endpoint is None:
            return None
        parameters = [("client_id", self._settings.client_id), ("post_logout_redirect_uri", back)]
        if token is not None and len(token) <= MAXIMUM_HINT:
            parameters.append(("id_token_hint", token))
        return str(add_params_to_uri(provider.end_session_endpoint, parameters))

    def _redeem(self, provider: Provider, code: str, pending: Pending) -> dict[str, Any]:
        """Return the tokens for a code (RFC 6749, 4.1.3; RFC 7636, 4.5)."""
        settings = self._settings
        identifier, secret, method = settings.client_id, settings.client_secret, "none"
        if secret is not None and provider.posts_secret:
            method = "client_secret_post"
        elif secret is not None:
            # RFC 6749, 2.3.1: encoded like a form before it is put together.
            identifier, secret, method = quote_plus(identifier), quote_plus(secret), "client_secret_basic"
        client = OAuth2Client(self._wire, identifier, secret, token_endpoint_auth_method=method)
        try:
            tokens = client.fetch_token(
                provider.token_endpoint,
                grant_type="authorization_code",
                code=code,
                redirect_uri=pending.redirect_uri,
                code_verifier=pending.verifier,
            )
        except OAuth2Error as error:
            said = str(error.error)
            raise SignOnRefused(Why.CODE, detail=said[:60] if said.isprintable() else "") from None
        except httpx.HTTPStatusError as error:
            raise ProviderUnavailable(f"its token endpoint answers {error.response.status_code}") from None
        except (ValueError, TypeError) as error:
            raise ProviderUnavailable(f"its token endpoint answers what is no token: {type(error).__name__}") from None
        return dict(tokens)

    def _more(self, endpoint: str, access: str, subject: str) -> dict[str, Any]:
        """Return what UserInfo has about the same person (OpenID Connect Core 1.0, 5.3)."""
        found = self._wire.get(endpoint, {"Authorization": f"Bearer {access}"})
        said = found.get("sub")
        if not isinstance(said, str) or not compare_digest(said.encode(), subject.encode()):
            raise SignOnRefused(Why.TOKEN, detail="UserInfo is about somebody else")
        return found
