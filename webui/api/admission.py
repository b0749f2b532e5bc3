"""Who may do what: an API key is all that counts here.

No cookie is looked at, so no other site can have a browser ask for whoever is signed in there: nothing here needs a
CSRF token.
"""

from collections.abc import Mapping

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import Forbidden, InternalServerError, Unauthorized

from engine.accounts import Permission, SignedIn
from engine.application import Application
from webui.api.budgets import budget_headers
from webui.backoffice.requests import address
from webui.bearer import given_key


class PermissionMissing(Forbidden):
    """The key is not permitted this."""

    description = "This API key, or the account that it belongs to, does not have the permission for this."


def guard(routes: Blueprint, application: Application, needs: Mapping[str, Permission | None]) -> None:
    """Have every request looked at before its route; `needs` is by endpoint."""

    @routes.before_request
    def check() -> None:
        endpoint = (request.endpoint or "").removeprefix(f"{routes.name}.")
        if endpoint not in needs:
            # A route that does not say what it needs is open to nobody.
            raise InternalServerError
        needed = needs[endpoint]
        if needed is None:
            return
        key = given_key()
        if key is None:
            raise Unauthorized
        g.caller = application.api_keys.authenticate(key, address=address())
        if needed not in g.caller.permissions:
            raise PermissionMissing

    @routes.after_request
    def say_what_is_left(response: Response) -> Response:
        budget = g.caller.budget if "caller" in g else None
        if budget is not None:
            response.headers.extend(budget_headers(budget))
        return response


def caller() -> SignedIn:
    """Return who asks."""
    who: SignedIn = g.caller
    return who
