"""ID tokens: who the provider says it was (OpenID Connect Core 1.0, 3.1.3.7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry, extract_compact

from engine.oidc_settings import OidcSettings
from engine.sign_on.provider import PublicKey
from engine.sign_on.reasons import SignOnRefused, Why

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Those with a key pair: what is signed with a shared secret, or with nothing, proves too little (RFC 8725, 3.1)."""

LEEWAY = 60
"""How far our clock and the provider's may be apart, in seconds."""

MAXIMUM_TOKEN = 64 * 1024
"""In characters."""

_REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token must be for."""

    nonce: str
    access_token: str | None


def verify(
    token: object,
    expected: Expected,
    settings: OidcSettings,
    keys: Callable[[str | None], tuple[PublicKey, ...]],
    now: datetime,
) -> dict[str, Any]:
    """Return the claims of an ID token; `keys` has the keys with an id, or all.

    Raises:
        SignOnRefused: when it is not what the provider would say to us, now, about this sign-in.

    """
    if not isinstance(token, str) or len(token) > MAXIMUM_TOKEN:
        raise SignOnRefused(Why.TOKEN, detail="there is none")
    try:
        decoded = _decoded(token, keys)
        claims = CodeIDToken(decoded.claims, decoded.header, _options(settings), _params(settings, expected))
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except JoseError as error:
        # Its description is the library's own: it names a claim, and shows none.
        raise SignOnRefused(Why.TOKEN, detail=f"{error.error}: {error.description}"[:200]) from None
    except (ValueError, TypeError, KeyError, AttributeError, UnicodeError) as error:
        raise SignOnRefused(Why.TOKEN, detail=type(error).__name__) from None
    _check_age(claims, settings, now)
    return dict(claims)


def _decoded(token: str, keys: Callable[[str | None], tuple[PublicKey, ...]]) -> jwt.Token:
    header = extract_compact(token.encode()).headers()
    if header.get("alg") not in ALGORITHMS:
        raise SignOnRefused(Why.TOKEN, detail="it is signed by an algorithm that is not taken")
    kid = header.get("kid")
    for key in keys(kid if isinstance(kid, str) else None):
        try:
            return jwt.decode(token, key, algorithms=ALGORITHMS, registry=_REGISTRY)
        except (JoseError, ValueError, TypeError):
            # Without a key id, another one may fit.
            continue
    raise SignOnRefused(Why.TOKEN, detail="no key of the provider has signed it")


def _options(settings: OidcSettings) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": settings.issuer},
        "aud": {"essential": True, "value": settings.client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "nonce": {"essential": True},
        **({"acr": {"essential": True, "values": list(settings.acr_values)}} if settings.acr_values else {}),
    }


def _params(settings: OidcSettings, expected: Expected) -> dict[str, Any]:
    return {
        "nonce": expected.nonce,
        "client_id": settings.client_id,
        "max_age": settings.max_age,
        "access_token": expected.access_token,
    }


def _check_age(claims: Mapping[str, Any], settings: OidcSettings, now: datetime) -> None:
    if settings.max_age is not None and claims["auth_time"] + settings.max_age + LEEWAY < now.timestamp():
        raise SignOnRefused(Why.TOKEN, detail="auth_time: the sign-in at the provider is too old")
