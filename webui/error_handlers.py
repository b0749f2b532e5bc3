"""What becomes of the errors of some routes, whatever their answers look like: pages, or problems for programs."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from engine.errors import IdflowError
from webui.logging import log_error

REFERENCE_BYTES = 4
"""How long the reference of an unexpected error is."""

Random = Callable[[int], bytes]
"""Returns that many random bytes, fit for keys."""


def _own(error: IdflowError) -> str:
    return error.code


@dataclass(frozen=True, slots=True)
class Answers:
    """What is answered."""

    unexpected: Callable[[str], Response]
    """To what nobody expected, with the reference to look for in the log."""
    refused: Callable[[IdflowError], Response | None]
    """To an error of ours; None for one that nobody should see."""
    http: Callable[[HTTPException, int], Response]
    """To what never got as far as a view, with its status, below 500."""
    code: Callable[[IdflowError], str] = _own
    """What the log calls an error of ours."""


def install(routes: Flask | Blueprint, random: Random, answers: Answers) -> None:
    """Answer every error of these routes; `random` makes the references of those that nobody expected."""
    log = structlog.get_logger()

    def unexpected(error: Exception) -> Response:
        reference = random(REFERENCE_BYTES).hex()
        log_error(error, reference)
        return answers.unexpected(reference)

    def refused(error: IdflowError) -> Response:
        response = answers.refused(error)
        if response is None:
            return unexpected(error)
        log.info("refused", code=answers.code(error), route=request.endpoint)
        return response

    def http(error: HTTPException) -> Response:
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        return unexpected(error) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else answers.http(error, status)

    routes.register_error_handler(IdflowError, refused)
    routes.register_error_handler(HTTPException, http)
    routes.register_error_handler(Exception, unexpected)
