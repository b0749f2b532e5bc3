"""Who is signed in, in the browser of the current request, and what each route needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, InternalServerError, Unauthorized
from werkzeug.wrappers import Response

from engine.accounts import Permission, SignedIn
from engine.application import Application
from webui.backoffice.requests import address
from webui.bearer import given_key

PUBLIC = None
"""What a route needs that everybody may use."""

API = "/backoffice/api/"
"""How the paths begin that scripts call."""

MAXIMUM_NEXT = 1000
"""How many characters of an address are kept for after signing in."""

_PAGES = "/backoffice/"
_READING = frozenset({"GET", "HEAD"})


class NotSignedIn(Unauthorized):
    """Nobody is signed in."""

    description = "Your session has ended. Sign in again."


class PasswordChangeNeeded(Forbidden):
    """The password has to be changed first."""

    description = "Change your one-time password first."


class SecondFactorNeeded(Forbidden):
    """The account has to set up a second factor first."""

    description = "Set up your authenticator app first."


class PermissionMissing(Forbidden):
    """The account is not permitted this."""

    description = "Your account does not have the permission for this."


@dataclass(slots=True)
class Routes:
    """The routes of the backoffice; each says what it needs, there is no default."""

    blueprint: Blueprint
    needs: dict[str, Permission | None] = field(default_factory=dict)
    """By endpoint."""
    limits: dict[str, int] = field(default_factory=dict)
    """How large a request may be, in bytes, where it may be larger than usual."""
    before_change: set[str] = field(default_factory=set)
    """What can be done with a one-time password."""
    before_factor: set[str] = field(default_factory=set)
    """What can be done before a second factor is set up that must be."""

    def add(  # noqa: PLR0913 - what a route consists of
        self,
        path: str,
        endpoint: str,
        view: Callable[..., ResponseReturnValue],
        *,
        needs: Permission | None,
        methods: Sequence[str] = ("GET",),
        limit: int | None = None,
        before_change: bool = False,
        before_factor: bool = False,
    ) -> None:
        """Add a route."""
        self.blueprint.add_url_rule(path, endpoint, view, methods=list(methods))
        self.needs[endpoint] = needs
        if limit is not None:
            self.limits[endpoint] = limit
        if before_change:
            self.before_change.add(endpoint)
        if before_change or before_factor:
            self.before_factor.add(endpoint)


class Access:
    """Knows who is signed in."""

    def __init__(self, application: Application, *, secure: bool) -> None:
        """With `secure`, the cookie is sent over HTTPS only."""
        self._accounts = application.accounts
        self._keys = application.api_keys
        self._settings = application.settings
        self._secure = secure

    def current(self) -> SignedIn | None:
        """Return who is signed in, or whose API key came with the request: then cookies do not count.

        Raises:
            ApiKeyRefused, TooManyRequests: when the key is not good, or came too often.

        """
        if "signed_in" not in g:
            # Should this fail, the page that says so asks again.
            g.signed_in = None
            key = given_key()
            g.signed_in = self._by_cookie() if key is None else self._keys.authenticate(key, address=address())
        found: SignedIn | None = g.signed_in
        return found

    def refreshed(self) -> SignedIn | None:
        """Return who is still signed in, after something was done to sessions."""
        g.pop("signed_in", None)
        return self.current()

    def halfway(self) -> SignedIn | None:
        """Return who has given the password, and not yet the second factor."""
        return self._accounts.halfway(request.cookies.get(self._cookie, ""))

    def reset_link(self, link: str) -> str:
        """Return the URL of a reset link: at the public URL or, without one, where this request came to."""
        return self.public("reset", link=link)

    def public(self, endpoint: str, **values: str) -> str:
        """Return the URL of a page, for elsewhere: at the public URL or, without one, where this request came to."""
        table: dict[str, Any] = dict(values)
        base = self._settings.public_url or request.host_url
        return urljoin(base, url_for(f"backoffice.{endpoint}", **table))

    def known(self) -> SignedIn:
        """Return who is signed in, on a route that needs it."""
        found = self.current()
        if found is None:
            raise NotSignedIn
        return found

    @property
    def who(self) -> str:
        """The name of the account that is signed in, on a route that needs it."""
        return self.known().account.name

    def permits(self, permission: Permission) -> bool:
        """Tell whether somebody is signed in who is permitted something."""
        found = self.current()
        return found is not None and permission in found.permissions

    def keep(self, response: Response, signed_in: SignedIn) -> Response:
        """Let the browser go on in a session."""
        response.set_cookie(
            self._cookie, signed_in.session, path="/", httponly=True, secure=self._secure, samesite="Lax"
        )
        return response

    def forget(self, response: Response) -> Response:
        """Take the session from the browser."""
        response.delete_cookie(self._cookie, path="/", httponly=True, secure=self._secure, samesite="Lax")
        return response

    def guard(self, routes: Routes) -> None:
        """Have every request looked at before its route."""

        @routes.blueprint.before_request
        def check() -> Response | None:
            endpoint = (request.endpoint or "").removeprefix(f"{routes.blueprint.name}.")
            if endpoint not in routes.needs:
                # A route that does not say what it needs is open to nobody.
                raise InternalServerError
            needs = routes.needs[endpoint]
            return None if needs is None else self._check(needs, endpoint, routes)

    def _check(self, needs: Permission, endpoint: str, routes: Routes) -> Response | None:
        found = self.current()
        if found is None:
            if request.path.startswith(API):
                raise NotSignedIn
            back = request.full_path.rstrip("?") if request.method in _READING else None
            return redirect(url_for("backoffice.sign_in", next=back), HTTPStatus.SEE_OTHER)
        # A program cannot do either; what it may do was decided when its key was made.
        if found.key is None and found.account.must_change and endpoint not in routes.before_change:
            if request.path.startswith(API):
                raise PasswordChangeNeeded
            return redirect(url_for("backoffice.password"), HTTPStatus.SEE_OTHER)
        if found.key is None and found.must_enrol and endpoint not in routes.before_factor:
            if request.path.startswith(API):
                raise SecondFactorNeeded
            return redirect(url_for("backoffice.second_factor"), HTTPStatus.SEE_OTHER)
        if needs not in found.permissions:
            raise PermissionMissing
        return None

    def _by_cookie(self) -> SignedIn | None:
        return self._accounts.signed_in(request.cookies.get(self._cookie, ""))

    @property
    def _cookie(self) -> str:
        # A cookie of this name is only taken over HTTPS and for this very host (RFC 6265bis, 4.1.3.2).
        return "__Host-idflow-backoffice" if self._secure else "idflow-backoffice"


def safe_next(text: str) -> str | None:
    """Return an address to go to after signing in, when it is a page of the backoffice; None for any other.

    Only what cannot leave this host is taken: no scheme, no host, no backslash, nothing that browsers drop.
    """
    parts = urlsplit(text) if text.startswith(_PAGES) and text.isascii() and text.isprintable() else None
    if parts is None or len(text) > MAXIMUM_NEXT or parts.scheme or parts.netloc:
        return None
    if "\\" in text or " " in text or ".." in parts.path or "//" in parts.path or text.startswith(API):
        return None
    return request.script_root + text
