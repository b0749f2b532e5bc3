"""What the claims about somebody make of them here: a role, the name of a new account."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from engine.accounts import Role
from engine.oidc_settings import OidcSettings
from engine.sign_on.reasons import SignOnRefused, Why

MAXIMUM_NAME = 60
"""In characters: a number may be put behind it."""

FALLBACK = "user"
"""What an account is named after when no claim will do."""

_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]+")


def lacking(claims: Mapping[str, Any], settings: OidcSettings) -> bool:
    """Tell whether the provider has to be asked for more (UserInfo): some have little in the ID token."""
    role = settings.maps_roles and _at(claims, settings.role_claim) is None
    email = bool(settings.email_domains) and not {"email", "email_verified"} <= claims.keys()
    name = settings.create_accounts and _at(claims, settings.name_claim) is None
    return role or email or name


def role_of(claims: Mapping[str, Any], settings: OidcSettings) -> Role | None:
    """Return the role that the claims give: that of the first line of the mapping which fits.

    Returns:
        None, where the settings say nothing about roles: an account keeps the one that it has.

    Raises:
        SignOnRefused: when none fits, and the settings have no role for that.

    """
    held = _texts(_at(claims, settings.role_claim))
    for value, role in settings.roles:
        if value in held:
            return Role(role)
    if settings.default_role is not None:
        return Role(settings.default_role)
    if settings.maps_roles:
        raise SignOnRefused(Why.NO_ROLE, subject=str(claims["sub"]))
    return None


def check_email(claims: Mapping[str, Any], settings: OidcSettings) -> None:
    """Look whether somebody has a verified address in a domain that may come in; raises `SignOnRefused`."""
    if not settings.email_domains:
        return
    email = claims.get("email")
    domain = email.rpartition("@")[2].lower() if isinstance(email, str) else ""
    if domain not in settings.email_domains or claims.get("email_verified") is not True:
        raise SignOnRefused(Why.EMAIL, subject=str(claims["sub"]))


def name_of(claims: Mapping[str, Any], settings: OidcSettings) -> str:
    """Return what a new account is named after, within the rules for names; others may have the name."""
    for given in (_at(claims, settings.name_claim), claims.get("email")):
        if isinstance(given, str):
            plain = unicodedata.normalize("NFKD", given.partition("@")[0]).encode("ascii", "ignore").decode()
            name = _NOT_IN_NAMES.sub("-", plain.lower()).lstrip("0123456789._-")[:MAXIMUM_NAME].rstrip("._-")
            if name:
                return name
    return FALLBACK


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """Return the claim of this name or, when there is none, what a path with dots leads to."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _texts(value: Any) -> frozenset[str]:
    """Return the texts of a claim that is one text, or a list."""
    listed = value if isinstance(value, list) else [value]
    return frozenset(each for each in listed if isinstance(each, str))
