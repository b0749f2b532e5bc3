"""When something cannot be done in the backoffice: a page for people, a problem (RFC 9457) for scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any

import orjson
import structlog
from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound as NoPage

from engine.accounts import TooManyAttempts, TooManyRequests
from engine.accounts.api_keys import ApiKeyRefused
from engine.drafts import DraftConflict, DraftTooLarge
from engine.errors import Conflict, Gone, IdflowError, InvalidDeployment, NotFound, Problem, Refused
from engine.identity import PolicyNotFound, StoreNotFound, TotpNotRegistered, UserNotFound
from engine.store import DatabaseBusy
from webui.backoffice.access import API
from webui.headers import CrossSite
from webui.logging import log_error
from webui.problems import REFERENCE_BYTES, RETRY_AFTER_SECONDS, Random

MEDIA_TYPE = "application/problem+json"

_STATUS: Mapping[type[IdflowError], HTTPStatus] = {
    DatabaseBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    DraftTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    ApiKeyRefused: HTTPStatus.UNAUTHORIZED,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Gone: HTTPStatus.GONE,
    Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    StoreNotFound: HTTPStatus.NOT_FOUND,
    UserNotFound: HTTPStatus.NOT_FOUND,
    PolicyNotFound: HTTPStatus.NOT_FOUND,
    TotpNotRegistered: HTTPStatus.CONFLICT,
}

_TITLES: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "We did not understand this",
    HTTPStatus.UNAUTHORIZED: "Nobody is signed in",
    HTTPStatus.FORBIDDEN: "This is not permitted",
    HTTPStatus.NOT_FOUND: "There is nothing here",
    HTTPStatus.METHOD_NOT_ALLOWED: "This cannot be done here",
    HTTPStatus.CONFLICT: "Somebody was faster",
    HTTPStatus.GONE: "This is over",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "This is of another kind",
    HTTPStatus.UNPROCESSABLE_ENTITY: "This cannot be taken",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many attempts",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something broke on our side",
    HTTPStatus.SERVICE_UNAVAILABLE: "This cannot be done right now",
}
_TEXTS: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: "The address may be wrong, or it was deleted.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "What you sent is larger than we can take. Nothing was saved.",
}
_UNEXPECTED = "Nothing was saved. Try again; if it still does not work, look for the reference in the log."
_NOT_PROTECTED = "The page is too old, or your browser did not send its cookie. Nothing was saved. Open the page again."
_CROSS_SITE = "This came from another site. Nothing was saved."


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a request."""

    status: int
    code: str
    """Stable: that of an error of the engine, or `http-404`."""
    text: str
    more: Mapping[str, Any] = field(default_factory=dict)
    """What scripts are told besides."""
    problems: tuple[Problem, ...] = ()

    @property
    def title(self) -> str:
        """What kind of trouble it is."""
        return _TITLES.get(self.status, HTTPStatus(self.status).phrase)


def of_draft(draft: Any) -> dict[str, Any]:
    """Return what scripts are told of a draft that is not theirs."""
    return {
        "revision": draft.revision,
        "content": (draft.content or b"").decode(errors="replace"),
        "savedAt": draft.saved_at.isoformat() if draft.saved_at else None,
        "savedBy": draft.saved_by,
    }


def of_problem(problem: Problem) -> dict[str, Any]:
    """Return a problem of a document for scripts."""
    names = ("code", "message", "remedy", "element", "line", "severity", "field")
    return {name: getattr(problem, name) for name in names}


def nowhere(rest: str) -> Response:  # noqa: ARG001 - the address says nothing
    """Say that there is no such page."""
    raise NoPage


def install(routes: Blueprint, random: Random) -> None:
    """Answer every error of these routes; `random` makes the references of those that nobody expected."""
    log = structlog.get_logger()

    def unexpected(error: Exception) -> Response:
        reference = random(REFERENCE_BYTES).hex()
        log_error(error, reference)
        return _answer(Trouble(500, "unexpected", _UNEXPECTED, {"reference": reference}))

    def refused(error: IdflowError) -> Response:
        status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), None)
        if status is None:
            return unexpected(error)
        log.info("refused", code=error.code, route=request.endpoint)
        response = _answer(_trouble(error, status))
        if isinstance(error, TooManyAttempts | TooManyRequests):
            response.headers["Retry-After"] = str(ceil(error.wait.total_seconds()))
        if isinstance(error, DatabaseBusy):
            response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        if isinstance(error, ApiKeyRefused):
            # RFC 6750, 3.1.
            response.headers["WWW-Authenticate"] = 'Bearer realm="backoffice", error="invalid_token"'
        return response

    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return unexpected(error)
        text = _CROSS_SITE if isinstance(error, CrossSite) else _TEXTS.get(status, error.description or "")
        response = _answer(Trouble(status, f"http-{status}", text))
        if status == HTTPStatus.UNAUTHORIZED:
            # Asked for by RFC 9110, 15.5.2; no browser knows the scheme, so none asks for a password by itself.
            response.headers["WWW-Authenticate"] = 'Session realm="backoffice"'
        return response

    routes.register_error_handler(CSRFError, lambda _: _answer(Trouble(400, "csrf", _NOT_PROTECTED)))
    routes.register_error_handler(IdflowError, refused)
    routes.register_error_handler(HTTPException, http)
    routes.register_error_handler(Exception, unexpected)


def _trouble(error: IdflowError, status: HTTPStatus) -> Trouble:
    if isinstance(error, DraftConflict):
        return Trouble(status, error.code, error.message, of_draft(error.other))
    if isinstance(error, InvalidDeployment):
        text = (type(error).__doc__ or "").partition("\n")[0]
        problems = [of_problem(each) for each in error.problems]
        return Trouble(status, error.code, text, {"problems": problems}, error.problems)
    return Trouble(status, error.code, error.message)


def _answer(trouble: Trouble) -> Response:
    if not request.path.startswith(API):
        return make_response(render_template("backoffice/problem.html", trouble=trouble), trouble.status)
    about = {"type": f"urn:idflow:problem:{trouble.code}", "title": trouble.title, "status": trouble.status}
    body = {**about, "detail": trouble.text, "code": trouble.code, **trouble.more}
    return json_response(body, trouble.status, MEDIA_TYPE)


def json_response(body: Any, status: int = 200, media_type: str = "application/json") -> Response:
    """Return a response with a JSON value."""
    return Response(orjson.dumps(body), status, mimetype=media_type)
