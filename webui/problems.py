"""The pages for when something cannot be done: what happened, and what the person can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from math import ceil

from flask import Flask, Response, make_response, render_template, request
from flask_babel import format_timedelta
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from engine.accounts import TooManyRequests
from engine.errors import Conflict, Gone, IdflowError, NotFound
from engine.identity import SecretGone
from engine.instances import InstanceBusy, InstanceExpired, InstanceNotFound, OtherBrowser, StepNotCurrent
from engine.store import DatabaseBusy, DatabaseUnavailable
from engine.tokens import TokenExpired, TokenInactive, TokenNotYetValid, TokenSpent, TokenUnknown
from webui import error_handlers
from webui.catalogs import N_
from webui.error_handlers import Answers, Random
from webui.headers import CrossSite
from webui.language import carried
from webui.metrics import note_refusal

RETRY_AFTER_SECONDS = 5
"""When to ask again where the database was busy, or could not be reached."""

MAXIMUM_RESENT = 64 * 1024
"""How many characters a form may have that the page of a problem can send again."""

_SENT_AGAIN = frozenset({"journey.begin", "journey.submit"})
"""Routes whose forms do the same however often they are sent."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One page; its texts are marked for the catalogs, and translated where they are shown."""

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
    N_("Something broke on our side"),
    N_("We could not carry out the next step. What you have done so far is kept."),
    N_(
        "Try again later. If it still does not work, contact the people who sent you the link and quote this reference."
    ),
    N_("Try again"),
)
TOO_MANY_TRIES = Problem(
    HTTPStatus.TOO_MANY_REQUESTS,
    N_("Too many tries"),
    N_("The answers were not accepted too many times. To keep you safe, nothing more can be sent."),
    N_("Contact the people who sent you the link and quote this reference."),
)
UNEXPECTED = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    N_("Something broke on our side"),
    N_("We could not show this page. What you have done so far is kept."),
    N_("Try again. If it still does not work, contact the people who sent you the link and quote this reference."),
)
_ASK = N_("Ask the people who sent it for a new link.")

_BY_ERROR: Mapping[type[IdflowError], Problem] = {
    TokenUnknown: Problem(
        HTTPStatus.NOT_FOUND,
        N_("This link does not work"),
        N_("It may be incomplete, or it has been replaced by a newer one."),
        N_(
            "Open the link from the message again, or scan the QR code again. If it still does not work, ask the "
            "people who sent it for a new link."
        ),
    ),
    TooManyRequests: Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        N_("One moment, please"),
        N_("Too many links were tried from where you are, or this link was tried too often."),
        N_("Wait a little, then open the link again."),
        N_("Open the link again"),
    ),
    TokenSpent: Problem(HTTPStatus.GONE, N_("This link has been used"), N_("It cannot be used again."), _ASK),
    TokenExpired: Problem(
        HTTPStatus.GONE, N_("This link has expired"), N_("It could be used for a limited time only."), _ASK
    ),
    TokenInactive: Problem(
        HTTPStatus.GONE, N_("This link is switched off"), N_("It cannot be used at the moment."), _ASK
    ),
    TokenNotYetValid: Problem(
        HTTPStatus.GONE,
        N_("This link does not work yet"),
        N_("It can only be used later."),
        N_("Open it again later, or ask the people who sent it from when on it works."),
    ),
    OtherBrowser: Problem(
        HTTPStatus.GONE,
        N_("This page belongs to another browser"),
        N_("To keep you safe, it can only be opened in the browser in which you began."),
        N_("Go on in that browser, or open the link that you were sent here to begin again."),
    ),
    InstanceExpired: Problem(
        HTTPStatus.GONE,
        N_("Your time has run out"),
        N_("To keep you safe, you have a limited time to finish. Nothing more will happen here."),
        N_("Open the link that you were sent to begin again, or ask the people who sent it for a new one."),
    ),
    SecretGone: Problem(
        HTTPStatus.GONE,
        N_("This can no longer be shown"),
        N_("The registration that this page was about is not in use any more, or the account is locked."),
        N_("Contact the people who sent you the link."),
    ),
    InstanceNotFound: Problem(
        HTTPStatus.NOT_FOUND,
        N_("There is nothing here"),
        N_("What was at this address is over and has been deleted, or the address is incomplete."),
        N_("Open the link that you were sent to begin again."),
    ),
    StepNotCurrent: Problem(
        HTTPStatus.CONFLICT,
        N_("You have done this step already"),
        N_("You sent it before, perhaps in another tab. This time, nothing was sent."),
        N_("Continue where you are now."),
        N_("Continue"),
    ),
    InstanceBusy: Problem(
        HTTPStatus.CONFLICT,
        N_("One moment"),
        N_("We are still working on what you sent just before. This time, nothing was sent."),
        N_("Continue where you are now."),
        N_("Continue"),
    ),
    DatabaseBusy: Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        N_("One moment, please"),
        N_("A great deal is going on right now. This time, nothing was sent."),
        N_("Try again in a moment."),
        N_("Try again"),
    ),
    DatabaseUnavailable: Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        N_("We will be back in a moment"),
        N_("Something on our side cannot be reached right now. What you have done so far is kept."),
        N_("Try again in a moment."),
        N_("Try again"),
    ),
    # For errors without words of their own.
    Conflict: Problem(
        HTTPStatus.CONFLICT,
        N_("Something was faster"),
        N_("What you sent met something else that happened at the same time. Nothing was sent."),
        N_("Continue where you are now."),
        N_("Continue"),
    ),
    Gone: Problem(HTTPStatus.GONE, N_("This is over"), N_("There is nothing to do here any more."), _ASK),
    NotFound: Problem(
        HTTPStatus.NOT_FOUND,
        N_("There is nothing here"),
        N_("What this page needs does not exist any more."),
        N_("Contact the people who sent you the link."),
    ),
}

NOT_PROTECTED = Problem(
    HTTPStatus.BAD_REQUEST,
    N_("We could not be sure that it was you"),
    N_("Your browser did not send the cookie that protects this page. Nothing was sent."),
    N_("Open the page again and repeat your last step. If this comes back, allow cookies for this site."),
    N_("Open the page again"),
)
_CROSS_SITE = Problem(
    HTTPStatus.FORBIDDEN,
    N_("This came from another site"),
    N_("To keep you safe, we only take what you send from our own pages. Nothing was sent."),
    N_("Open the page again and repeat your last step."),
    N_("Open the page again"),
)
_BY_STATUS: Mapping[int, Problem] = {
    HTTPStatus.NOT_FOUND: Problem(
        HTTPStatus.NOT_FOUND,
        N_("There is nothing here"),
        N_("The address may be incomplete."),
        N_("Open the link that you were sent again."),
    ),
    HTTPStatus.UNAUTHORIZED: Problem(
        HTTPStatus.UNAUTHORIZED,
        N_("There is nothing here"),
        N_("The address may be incomplete."),
        N_("Open the link that you were sent again."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Problem(
        HTTPStatus.METHOD_NOT_ALLOWED,
        N_("This cannot be done here"),
        N_("Your browser sent a request that this page does not take."),
        N_("Open the link that you were sent again."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        N_("This was too much"),
        N_("What you sent is larger than we can take. Nothing was sent."),
        N_("Open the page again and enter less."),
        N_("Open the page again"),
    ),
}
_BAD_REQUEST = Problem(
    HTTPStatus.BAD_REQUEST,
    N_("We did not understand this"),
    N_("Your browser sent something that we cannot read. Nothing was sent."),
    N_("Open the link that you were sent again."),
)


def show(problem: Problem, reference: str = "", wait: timedelta | None = None, *, resend: bool = False) -> Response:
    """Return the page of a problem; `reference` is what the person can quote, `wait` how long it is of no use.

    With `resend` its button sends the same form again, so that nothing has to be typed twice.
    """
    sent = _sent() if resend else []
    again = carried(request.script_root + request.path) if problem.way_on else ""
    seconds = 0 if wait is None else ceil(wait.total_seconds())
    shown = seconds and format_timedelta(timedelta(seconds=seconds), granularity="second", threshold=1.2)
    page = render_template("problem.html", problem=problem, reference=reference, again=again, wait=shown, sent=sent)
    response = make_response(page, problem.status)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


def page_of(error: IdflowError) -> Response | None:
    """Return the page of an error that the end user can be told; None for one that nobody expected."""
    problem = next((_BY_ERROR[kind] for kind in type(error).__mro__ if kind in _BY_ERROR), None)
    if problem is None:
        return None
    wait = error.wait if isinstance(error, TooManyRequests) else None
    return show(problem, wait=wait, resend=isinstance(error, DatabaseBusy))


def _sent() -> list[tuple[str, str]]:
    """Return the fields of the form that was sent for a journey; none when they cannot be sent again from a page."""
    if request.endpoint not in _SENT_AGAIN or any(each.filename for each in request.files.values()):
        return []
    fields = list(request.form.items(multi=True))
    return fields if sum(len(name) + len(value) for name, value in fields) <= MAXIMUM_RESENT else []


def install(app: Flask, random: Random) -> None:
    """Show a page for every error of `app`; `random` makes the references of those that nobody expected."""

    def refused(error: IdflowError) -> Response | None:
        page = page_of(error)
        if page is not None:
            note_refusal(app, error)
            if isinstance(error, DatabaseBusy):
                page.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return page

    error_handlers.install(app, random, Answers(lambda reference: show(UNEXPECTED, reference), refused, _of_http))
    app.register_error_handler(CSRFError, lambda _error: show(NOT_PROTECTED))


def _of_http(error: HTTPException, status: int) -> Response:
    problem = _CROSS_SITE if isinstance(error, CrossSite) else _BY_STATUS.get(status, _BAD_REQUEST)
    response = show(problem)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response
