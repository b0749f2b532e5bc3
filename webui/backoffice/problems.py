"""When something cannot be done in the backoffice: a page for people, a problem (RFC 9457) for scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any

import orjson
from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound as NoPage

from engine.accounts import TooManyAttempts, TooManyRequests
from engine.accounts.api_keys import ApiKeyRefused
from engine.drafts import DraftConflict
from engine.errors import IdflowError, InvalidDeployment, Problem
from engine.store import DatabaseBusy
from webui import error_handlers
from webui.backoffice.access import API
from webui.error_handlers import Answers, Random
from webui.headers import CrossSite
from webui.problems import RETRY_AFTER_SECONDS
from webui.statuses import status_of, title_of

MEDIA_TYPE = "application/problem+json"

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
        return title_of(self.status)


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

    def unexpected(reference: str) -> Response:
        return _answer(Trouble(500, "unexpected", _UNEXPECTED, {"reference": reference}))

    error_handlers.install(routes, random, Answers(unexpected, _of_error, _of_http))
    routes.register_error_handler(CSRFError, lambda _: _answer(Trouble(400, "csrf", _NOT_PROTECTED)))


def _of_error(error: IdflowError) -> Response | None:
    status = status_of(type(error))
    if status is None:
        return None
    response = _answer(_trouble(error, status))
    if isinstance(error, TooManyAttempts | TooManyRequests):
        response.headers["Retry-After"] = str(ceil(error.wait.total_seconds()))
    if isinstance(error, DatabaseBusy):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(error, ApiKeyRefused):
        # RFC 6750, 3.1.
        response.headers["WWW-Authenticate"] = 'Bearer realm="backoffice", error="invalid_token"'
    return response


def _of_http(error: HTTPException, status: int) -> Response:
    text = _CROSS_SITE if isinstance(error, CrossSite) else _TEXTS.get(status, error.description or "")
    response = _answer(Trouble(status, f"http-{status}", text))
    if status == HTTPStatus.UNAUTHORIZED:
        # Asked for by RFC 9110, 15.5.2; no browser knows the scheme, so none asks for a password by itself.
        response.headers["WWW-Authenticate"] = 'Session realm="backoffice"'
    return response


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
