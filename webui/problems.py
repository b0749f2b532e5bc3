"""The pages for when something cannot be done: what happened, and what the person can do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from engine.errors import Conflict, Gone, IdflowError, NotFound
from engine.identity import SecretGone
from engine.instances import InstanceBusy, InstanceExpired, InstanceNotFound, OtherBrowser, StepNotCurrent
from engine.tokens import TokenExpired, TokenInactive, TokenNotYetValid, TokenSpent, TokenUnknown
from webui.headers import CrossSite
from webui.logging import log_error

REFERENCE_BYTES = 4
"""How long the reference of an unexpected error is."""

Random = Callable[[int], bytes]
"""Returns that many random bytes, fit for keys."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One page."""

    status: HTTPStatus
    title: str
    text: str
    """What happened."""
    advice: str
    """What the person can do."""
    way_on: str = ""
    """What a button says that opens the same address again; empty when that would not help."""


INCIDENT = Problem(
    # Not 200: monitoring should see it. Not 500: it is known, and passes once an operator has mended the cause.
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Something broke on our side",
    "We could not carry out the next step. What you have done so far is kept.",
    "Try again later. If it still does not work, contact the people who sent you the link and quote this reference.",
    "Try again",
)
TOO_MANY_TRIES = Problem(
    HTTPStatus.TOO_MANY_REQUESTS,
    "Too many tries",
    "The answers were not accepted too many times. To keep you safe, nothing more can be sent.",
    "Contact the people who sent you the link and quote this reference.",
)
UNEXPECTED = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something broke on our side",
    "We could not show this page. What you have done so far is kept.",
    "Try again. If it still does not work, contact the people who sent you the link and quote this reference.",
)
_ASK = "Ask the people who sent it for a new link."

_BY_ERROR: Mapping[type[IdflowError], Problem] = {
    TokenUnknown: Problem(
        HTTPStatus.NOT_FOUND,
        "This link does not work",
        "It may be incomplete, or it has been replaced by a newer one.",
        "Open the link from the message again, or scan the QR code again. If it still does not work, ask the people "
        "who sent it for a new link.",
    ),
    TokenSpent: Problem(HTTPStatus.GONE, "This link has been used", "It cannot be used again.", _ASK),
    TokenExpired: Problem(HTTPStatus.GONE, "This link has expired", "It could be used for a limited time only.", _ASK),
    TokenInactive: Problem(HTTPStatus.GONE, "This link is switched off", "It cannot be used at the moment.", _ASK),
    TokenNotYetValid: Problem(
        HTTPStatus.GONE,
        "This link does not work yet",
        "It can only be used later.",
        "Open it again later, or ask the people who sent it from when on it works.",
    ),
    OtherBrowser: Problem(
        HTTPStatus.GONE,
        "This page belongs to another browser",
        "To keep you safe, it can only be opened in the browser in which you began.",
        "Go on in that browser, or open the link that you were sent here to begin again.",
    ),
    InstanceExpired: Problem(
        HTTPStatus.GONE,
        "Your time has run out",
        "To keep you safe, you have a limited time to finish. Nothing more will happen here.",
        "Open the link that you were sent to begin again, or ask the people who sent it for a new one.",
    ),
    SecretGone: Problem(
        HTTPStatus.GONE,
        "This can no longer be shown",
        "The registration that this page was about is not in use any more, or the account is locked.",
        "Contact the people who sent you the link.",
    ),
    InstanceNotFound: Problem(
        HTTPStatus.NOT_FOUND,
        "There is nothing here",
        "What was at this address is over and has been deleted, or the address is incomplete.",
        "Open the link that you were sent to begin again.",
    ),
    StepNotCurrent: Problem(
        HTTPStatus.CONFLICT,
        "You have done this step already",
        "You sent it before, perhaps in another tab. This time, nothing was sent.",
        "Continue where you are now.",
        "Continue",
    ),
    InstanceBusy: Problem(
        HTTPStatus.CONFLICT,
        "One moment",
        "We are still working on what you sent just before. This time, nothing was sent.",
        "Continue where you are now.",
        "Continue",
    ),
    # For errors without words of their own.
    Conflict: Problem(
        HTTPStatus.CONFLICT,
        "Something was faster",
        "What you sent met something else that happened at the same time. Nothing was sent.",
        "Continue where you are now.",
        "Continue",
    ),
    Gone: Problem(HTTPStatus.GONE, "This is over", "There is nothing to do here any more.", _ASK),
    NotFound: Problem(
        HTTPStatus.NOT_FOUND,
        "There is nothing here",
        "What this page needs does not exist any more.",
        "Contact the people who sent you the link.",
    ),
}

NOT_PROTECTED = Problem(
    HTTPStatus.BAD_REQUEST,
    "We could not be sure that it was you",
    "Your browser did not send the cookie that protects this page. Nothing was sent.",
    "Open the page again and repeat your last step. If this comes back, allow cookies for this site.",
    "Open the page again",
)
_CROSS_SITE = Problem(
    HTTPStatus.FORBIDDEN,
    "This came from another site",
    "To keep you safe, we only take what you send from our own pages. Nothing was sent.",
    "Open the page again and repeat your last step.",
    "Open the page again",
)
_BY_STATUS: Mapping[int, Problem] = {
    HTTPStatus.NOT_FOUND: Problem(
        HTTPStatus.NOT_FOUND,
        "There is nothing here",
        "The address may be incomplete.",
        "Open the link that you were sent again.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Problem(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "This cannot be done here",
        "Your browser sent a request that this page does not take.",
        "Open the link that you were sent again.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "This was too much",
        "What you sent is larger than we can take. Nothing was sent.",
        "Open the page again and enter less.",
        "Open the page again",
    ),
}
_BAD_REQUEST = Problem(
    HTTPStatus.BAD_REQUEST,
    "We did not understand this",
    "Your browser sent something that we cannot read. Nothing was sent.",
    "Open the link that you were sent again.",
)


def show(problem: Problem, reference: str = "") -> Response:
    """Return the page of a problem; `reference` is what the person can quote."""
    again = request.script_root + request.path if problem.way_on else ""
    page = render_template("problem.html", problem=problem, reference=reference, again=again)
    return make_response(page, problem.status)


def install(app: Flask, random: Random) -> None:
    """Show a page for every error of `app`; `random` makes the references of those that nobody expected."""
    log = structlog.get_logger()

    def unexpected(error: Exception) -> Response:
        reference = random(REFERENCE_BYTES).hex()
        log_error(error, reference)
        return show(UNEXPECTED, reference)

    def refused(error: IdflowError) -> Response:
        problem = next((_BY_ERROR[kind] for kind in type(error).__mro__ if kind in _BY_ERROR), None)
        if problem is None:
            return unexpected(error)
        log.info("refused", code=error.code, route=request.endpoint)
        return show(problem)

    def http(error: HTTPException) -> Response:
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return unexpected(error)
        problem = _CROSS_SITE if isinstance(error, CrossSite) else _BY_STATUS.get(status, _BAD_REQUEST)
        response = show(problem)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    app.register_error_handler(CSRFError, lambda _error: show(NOT_PROTECTED))
    app.register_error_handler(IdflowError, refused)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unexpected)
