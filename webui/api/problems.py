"""When something cannot be done: RFC 9457 problems. The one place that knows which error becomes which of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any

from flask import Blueprint, Response, g
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from engine.accounts import TooManyAttempts, TooManyRequests
from engine.accounts.api_keys import ApiKeyRefused
from engine.errors import BpmnError, IdflowError, InvalidDeployment
from engine.identity.policies import PolicyChanged
from engine.identity.stores import StoreChanged
from engine.identity.user_records import UserChanged
from engine.instances.order import InstanceChanged
from engine.instances.programs import AnswersRefused
from engine.tokens.records import TokenChanged
from engine.variables import VariableInvalid
from webui import error_handlers
from webui.api.budgets import budget_headers
from webui.api.models.problem import MEDIA_TYPE, FieldError, FileProblem, Problem
from webui.api.reading import RequestInvalid
from webui.error_handlers import Answers, Random
from webui.headers import CrossSite
from webui.statuses import status_of, title_of

CHANGED = (UserChanged, StoreChanged, PolicyChanged, InstanceChanged, TokenChanged)
"""What says that something is not as whoever wants to change it has seen it."""

_STATUS: Mapping[type[IdflowError], HTTPStatus] = {
    # A technical failure inside of an instance; here it is what somebody has sent.
    VariableInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    **dict.fromkeys(CHANGED, HTTPStatus.PRECONDITION_FAILED),
}
_CODES: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "bad-request",
    HTTPStatus.UNAUTHORIZED: "not-signed-in",
    HTTPStatus.FORBIDDEN: "not-permitted",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "request-too-large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "media-type-not-supported",
    HTTPStatus.PRECONDITION_REQUIRED: "precondition-required",
}
"""Of what never gets as far as the engine."""

_TEXTS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "Send an API key: Authorization: Bearer idflow_… . Cookies do not count here.",
    HTTPStatus.NOT_FOUND: "The address may be wrong, or what was there was deleted.",
    HTTPStatus.METHOD_NOT_ALLOWED: "What is at this address does not take this method.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is larger than this operation takes. Nothing was done.",
}
_UNEXPECTED = "Something broke. Look for the reference in the log; whether anything was done has to be looked at."
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, before it is said for one request."""

    status: int
    code: str
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def code_of(kind: type[IdflowError]) -> str:
    """Return the stable code of a kind of error; that of a business outcome is its BPMN error code with hyphens."""
    if issubclass(kind, BpmnError) and kind.code == BpmnError.code:
        return _WORD.sub("-", kind.__name__).lower()
    return kind.code


def stable_code(error: IdflowError) -> str:
    """Return the stable code of an error, which may be a server's own."""
    return code_of(type(error)) if error.code == BpmnError.code else error.code


def status_for(kind: type[IdflowError]) -> HTTPStatus | None:
    """Return the status that an error of this kind is answered with; None for one that nobody should see."""
    return next((_STATUS[each] for each in kind.__mro__ if each in _STATUS), None) or _usual(kind)


def _usual(kind: type[IdflowError]) -> HTTPStatus | None:
    found = status_of(kind)
    return HTTPStatus.CONFLICT if found is None and issubclass(kind, BpmnError) else found


def answer(trouble: Trouble) -> Response:
    """Return the response that says what is wrong."""
    problem = Problem(
        type=f"urn:idflow:problem:{trouble.code}",
        title=title_of(trouble.status),
        status=trouble.status,
        detail=trouble.detail,
        code=trouble.code,
        request=g.get("request_id", "-"),
        **trouble.more,
    )
    body = problem.model_dump_json(by_alias=True, exclude_defaults=True)
    return Response(body, trouble.status, mimetype=MEDIA_TYPE, headers=dict(trouble.headers))


def problem_of(error: IdflowError) -> Response:
    """Return the response for an error of ours; of one that nobody should see, it says nothing."""
    status = status_for(type(error))
    return answer(Trouble(500, "unexpected", _UNEXPECTED) if status is None else _of_error(error, status))


def of_file(problem: Any) -> FileProblem:
    """Return a problem of a file that is to be deployed."""
    return FileProblem.model_validate(problem)


def install(routes: Blueprint, random: Random) -> None:
    """Answer every error of these routes; `random` makes the references of those that nobody expected."""

    def unexpected(reference: str) -> Response:
        return answer(Trouble(500, "unexpected", _UNEXPECTED, {"reference": reference}))

    def refused(error: IdflowError) -> Response | None:
        return None if status_for(type(error)) is None else problem_of(error)

    def http(error: HTTPException, status: int) -> Response:
        return answer(_of_http(error, status))

    answers = Answers(unexpected, refused, http, code=lambda error: code_of(type(error)))
    error_handlers.install(routes, random, answers)


def _of_error(error: IdflowError, status: int) -> Trouble:
    code, more, headers = code_of(type(error)), dict[str, Any](), dict[str, str]()
    detail = error.message
    if isinstance(error, RequestInvalid):
        more = {"errors": error.errors}
    elif isinstance(error, InvalidDeployment):
        detail = (type(error).__doc__ or "").partition("\n")[0]
        more = {"problems": tuple(map(of_file, error.problems))}
    elif isinstance(error, AnswersRefused):
        more = {"values": error.values}
    elif (place := getattr(error, "where", "")) and isinstance(place, str):
        more = {"errors": (FieldError(detail=detail, pointer="/" + _camel(place).replace(".", "/")),)}
    if isinstance(error, TooManyAttempts | TooManyRequests):
        headers["Retry-After"] = str(ceil(error.wait.total_seconds()))
        if isinstance(error, TooManyRequests) and error.budget is not None:
            headers |= budget_headers(error.budget)
    elif error.retry_helps:
        headers["Retry-After"] = "1"
    if isinstance(error, ApiKeyRefused):
        # RFC 6750, 3.1.
        headers["WWW-Authenticate"] = 'Bearer realm="api", error="invalid_token"'
    return Trouble(status, code, detail, more, headers)


def _of_http(error: HTTPException, status: int) -> Trouble:
    headers: dict[str, str] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, CrossSite):
        return Trouble(status, "cross-site", "This came from another site. Nothing was done.", headers=headers)
    text = _TEXTS.get(status) or error.description or ""
    return Trouble(status, _CODES.get(status, f"http-{status}"), text, headers=headers)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.title() for each in others)
