"""What people see when something is in the way: what happened, in plain words, and what they can do."""

from dataclasses import dataclass
from secrets import token_hex

import structlog
from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine.errors import Conflict, Gone, IdflowError, NotFound
from engine.instances import InstanceExpired, OtherBrowser, StepNotCurrent
from engine.tokens import TokenExpired, TokenInactive, TokenNotYetValid, TokenSpent, TokenUnknown

Page = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """The words of a problem page."""

    status: int
    title: str
    text: str
    remedy: str


_ASK = "Ask whoever sent you the link for a new one."

UNKNOWN_PAGE = Problem(404, "Page not found", "There is nothing at this address.", "Check that the address is complete.")
BROKEN = Problem(
    500,
    "Something went wrong on our side",
    "This is not your fault, and nothing that you entered is lost.",
    "Try again in a moment. If it happens again, tell whoever sent you the link, and quote the reference below.",
)
STOPPED = Problem(
    503,
    "We cannot go on right now",
    "Something on our side needs attention before this can go on. Your progress is kept.",
    "Come back to this page later, or tell whoever sent you the link, and quote the reference below.",
)

BY_ERROR: dict[type[IdflowError], Problem] = {
    TokenUnknown: Problem(404, "This link is not valid", "It may be incomplete, or a newer link has replaced it.", _ASK),
    TokenSpent: Problem(410, "This link has been used", "It works a limited number of times.", _ASK),
    TokenExpired: Problem(410, "This link has expired", "It worked until a certain time, which has passed.", _ASK),
    TokenInactive: Problem(410, "This link has been switched off", "Whoever sent it has withdrawn it.", _ASK),
    TokenNotYetValid: Problem(
        410, "This link does not work yet", "It begins to work at a later time.", "Open it again later."
    ),
    OtherBrowser: Problem(
        410,
        "This was started in another browser",
        "For your safety, only the browser that started it can go on with it.",
        "Go back to that browser, or ask whoever sent you the link for a new one.",
    ),
    InstanceExpired: Problem(410, "This took too long and has ended", "There is a limit on how long it may take.", _ASK),
    StepNotCurrent: Problem(
        409,
        "You have already answered this step",
        "The page that you sent was no longer the current one. Nothing was sent twice.",
        "Go on where you are now.",
    ),
    # Fallbacks, for errors without words of their own.
    Conflict: Problem(409, "Somebody else was first", "Another request was working on this.", "Try again."),
    Gone: Problem(410, "This is over", "There is nothing here any more.", _ASK),
    NotFound: UNKNOWN_PAGE,
}

BY_STATUS: dict[int, Problem] = {
    400: Problem(400, "That did not work", "What your browser sent was incomplete.", "Go back and try again."),
    403: Problem(403, "That was not allowed", "The request came from another site.", "Open the link from your message."),
    404: UNKNOWN_PAGE,
    405: Problem(405, "That did not work", "This address cannot be used that way.", "Open the link from your message."),
    413: Problem(413, "That was too much", "What you sent is larger than we can take.", "Go back and send less."),
}

NO_COOKIE = Problem(
    400,
    "Your browser has forgotten this page",
    "The page was open for very long, or your browser does not keep cookies.",
    "Allow cookies for this site, then open the link again.",
)


def page(problem: Problem, *, reference: str | None = None, go_on: str | None = None) -> Page:
    """Return a problem page; `go_on` is where the person can go on."""
    return render_template("problem.html", problem=problem, reference=reference, go_on=go_on), problem.status


def of(error: IdflowError) -> Problem:
    """Return the words for one of our errors: its own, or those of the nearest class above it."""
    return next((BY_ERROR[each] for each in type(error).__mro__ if each in BY_ERROR), BROKEN)


def install(app: Flask) -> None:
    """Show our pages for every error."""
    log = structlog.get_logger()

    @app.errorhandler(IdflowError)
    def ours(error: IdflowError) -> Page:
        problem = of(error)
        return broken(error) if problem is BROKEN else page(problem)

    @app.errorhandler(CSRFError)
    def forgotten(_: CSRFError) -> Page:
        return page(NO_COOKIE)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Page:
        code = error.code or 500
        return page(BY_STATUS.get(code, Problem(code, "That did not work", "We could not do this.", "Go back and try again.")))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Page:
        # The text of a foreign exception may hold anything; its type and place are enough to find it.
        reference = token_hex(4)
        log.error("request_failed", reference=reference, error=type(error).__name__, where=_place(error))
        return page(BROKEN, reference=reference)


def _place(error: Exception) -> list[str]:
    """Return file and line of each frame, innermost last, without values and without the exception's text."""
    places, trace = [], error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-12:]
