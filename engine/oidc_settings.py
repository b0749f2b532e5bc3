"""Signing in to the backoffice at an OpenID provider, from the environment (`IDFLOW_OIDC_…`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from engine.setting import SettingInvalid, content, listed, number, yes

DEFAULT_SCOPES = "openid profile email"

DEFAULT_ROLE_CLAIM = "groups"

DEFAULT_NAME_CLAIM = "preferred_username"

MAXIMUM_LABEL = 60
"""In characters: it stands on a button."""

MAXIMUM_AGE = 30 * 24 * 3600
"""How long ago somebody may have signed in at the provider, at most, in seconds."""

_PREFIX = "IDFLOW_OIDC_"


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The OpenID provider, and what its word counts for."""

    issuer: str
    """`IDFLOW_OIDC_ISSUER`: the URL of the provider, letter for letter as it calls itself."""
    client_id: str
    """`IDFLOW_OIDC_CLIENT_ID`: how it knows this installation."""
    client_secret: str | None = field(default=None, repr=False)
    """`IDFLOW_OIDC_CLIENT_SECRET`, or a file by `IDFLOW_OIDC_CLIENT_SECRET_FILE`: our secret there; None has none."""
    scopes: str = DEFAULT_SCOPES
    """`IDFLOW_OIDC_SCOPES`: what is asked for, with spaces; `openid` is among them."""
    label: str = ""
    """`IDFLOW_OIDC_LABEL`: what the button calls it; without one, the host of the issuer."""
    name_claim: str = DEFAULT_NAME_CLAIM
    """`IDFLOW_OIDC_NAME_CLAIM`: what new accounts are named after."""
    role_claim: str = DEFAULT_ROLE_CLAIM
    """`IDFLOW_OIDC_ROLE_CLAIM`: a claim, or a path with dots (`realm_access.roles`)."""
    roles: tuple[tuple[str, str], ...] = ()
    """`IDFLOW_OIDC_ROLES`: values of that claim with our roles (`idflow-admins=administrator, …`); the first counts."""
    default_role: str | None = None
    """`IDFLOW_OIDC_DEFAULT_ROLE`: for who has none of them; None lets nobody in without."""
    email_domains: tuple[str, ...] = ()
    """`IDFLOW_OIDC_EMAIL_DOMAINS`: who has no verified address in one of them is refused; none is everybody."""
    create_accounts: bool = False
    """`IDFLOW_OIDC_CREATE_ACCOUNTS`: whether the first sign-in of somebody makes an account."""
    passwords: bool = True
    """`IDFLOW_OIDC_PASSWORDS`: whether passwords still sign in; one-time passwords always do."""
    second_factor: bool = False
    """`IDFLOW_OIDC_SECOND_FACTOR`: whether our own second factor is asked for after the provider, too."""
    sign_out: bool = True
    """`IDFLOW_OIDC_SIGN_OUT`: whether signing out here signs out there, where the provider can."""
    max_age: int | None = None
    """`IDFLOW_OIDC_MAX_AGE`: how long ago, in seconds, somebody may have signed in there."""
    acr_values: tuple[str, ...] = ()
    """`IDFLOW_OIDC_ACR_VALUES`: how they must have done so: one of these, with spaces."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self | None:
        """Read the settings; None without an issuer.

        Raises:
            SettingInvalid: when the issuer is no HTTPS URL, there is no client id, `openid` is not asked for, a line of
                roles cannot be read, or accounts are to be made that could have no role.

        """

        def of(name: str) -> str:
            return environment.get(_PREFIX + name, "").strip()

        if not of("ISSUER"):
            return None
        secret = of("CLIENT_SECRET") or content(f"{_PREFIX}CLIENT_SECRET_FILE", of("CLIENT_SECRET_FILE"))
        made = cls(
            issuer=_issuer(of("ISSUER")),
            client_id=of("CLIENT_ID"),
            client_secret=secret or None,
            scopes=of("SCOPES") or DEFAULT_SCOPES,
            label=of("LABEL") or urlsplit(of("ISSUER")).netloc,
            name_claim=of("NAME_CLAIM") or DEFAULT_NAME_CLAIM,
            role_claim=of("ROLE_CLAIM") or DEFAULT_ROLE_CLAIM,
            roles=tuple(map(_mapped, listed(of("ROLES")))),
            default_role=of("DEFAULT_ROLE") or None,
            email_domains=tuple(each.lower().removeprefix("@") for each in listed(of("EMAIL_DOMAINS"))),
            create_accounts=yes(f"{_PREFIX}CREATE_ACCOUNTS", of("CREATE_ACCOUNTS")),
            passwords=yes(f"{_PREFIX}PASSWORDS", of("PASSWORDS") or "true"),
            second_factor=yes(f"{_PREFIX}SECOND_FACTOR", of("SECOND_FACTOR")),
            sign_out=yes(f"{_PREFIX}SIGN_OUT", of("SIGN_OUT") or "true"),
            max_age=number(f"{_PREFIX}MAX_AGE", of("MAX_AGE"), 1, MAXIMUM_AGE),
            acr_values=tuple(of("ACR_VALUES").split()),
        )
        _check(made)
        return made

    @property
    def maps_roles(self) -> bool:
        """Whether the provider says who has which role."""
        return bool(self.roles)


def is_safe(url: str) -> bool:
    """Tell whether a URL of the provider can be used: HTTPS, or HTTP on this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _issuer(url: str) -> str:
    # OpenID Connect Core 1.0, section 2: neither query nor fragment.
    if not is_safe(url) or urlsplit(url).query or not url.isascii():
        raise SettingInvalid(f"{_PREFIX}ISSUER is {url!r}; it must be the https:// URL of the provider.")
    return url


def _mapped(text: str) -> tuple[str, str]:
    value, equals, role = text.rpartition("=")
    if not (equals and value.strip() and role.strip()):
        raise SettingInvalid(f"{_PREFIX}ROLES has {text!r}; write value=role, with commas between several.")
    return value.strip(), role.strip()


def _check(made: OidcSettings) -> None:
    if not made.client_id:
        raise SettingInvalid(f"{_PREFIX}CLIENT_ID is missing: the provider gives it to you with the client.")
    if "openid" not in made.scopes.split():
        raise SettingInvalid(f"{_PREFIX}SCOPES is {made.scopes!r}; openid must be among them.")
    if len(made.label) > MAXIMUM_LABEL or not made.label.isprintable():
        raise SettingInvalid(f"{_PREFIX}LABEL must have at most {MAXIMUM_LABEL} characters.")
    if made.create_accounts and not (made.roles or made.default_role):
        raise SettingInvalid(
            f"{_PREFIX}CREATE_ACCOUNTS needs {_PREFIX}ROLES or {_PREFIX}DEFAULT_ROLE: an account must have a role."
        )
