"""Which HTTP status each error of the engine is answered with, and how each status is called."""

from collections.abc import Mapping
from http import HTTPStatus

from engine.accounts import TooManyAttempts, TooManyRequests
from engine.accounts.api_keys import ApiKeyRefused
from engine.drafts import DraftTooLarge
from engine.errors import Conflict, Gone, IdflowError, NotFound, Refused
from engine.identity import PolicyNotFound, StoreNotFound, TotpNotRegistered, UserNotFound
from engine.store import DatabaseBusy

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

TITLES: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "We did not understand this",
    HTTPStatus.UNAUTHORIZED: "Nobody is signed in",
    HTTPStatus.FORBIDDEN: "This is not permitted",
    HTTPStatus.NOT_FOUND: "There is nothing here",
    HTTPStatus.METHOD_NOT_ALLOWED: "This cannot be done here",
    HTTPStatus.CONFLICT: "Somebody was faster",
    HTTPStatus.GONE: "This is over",
    HTTPStatus.PRECONDITION_FAILED: "It has changed meanwhile",
    HTTPStatus.PRECONDITION_REQUIRED: "Say what you have seen",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "This is of another kind",
    HTTPStatus.UNPROCESSABLE_ENTITY: "This cannot be taken",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many attempts",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something broke on our side",
    HTTPStatus.SERVICE_UNAVAILABLE: "This cannot be done right now",
}


def status_of(kind: type[IdflowError]) -> HTTPStatus | None:
    """Return the status for an error of this class; None for one that nobody should see."""
    return next((_STATUS[each] for each in kind.__mro__ if each in _STATUS), None)


def title_of(status: int) -> str:
    """Return what kind of trouble a status is."""
    return TITLES.get(status, HTTPStatus(status).phrase)
