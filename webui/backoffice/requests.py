"""Where the current request comes from, and answers that many pages give."""

from http import HTTPStatus
from math import ceil
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.accounts import TooManyAttempts
from webui.backoffice.shown import duration


def address() -> str:
    """Return the address that the request came from."""
    return request.remote_addr or ""


def device() -> str:
    """Return what the browser says it is."""
    return request.user_agent.string


def to(endpoint: str, **values: str) -> Response:
    """Go to another page of the backoffice."""
    table: dict[str, Any] = dict(values)
    return redirect(url_for(f"backoffice.{endpoint}", **table), HTTPStatus.SEE_OTHER)


def page(template: str, *, wrong: bool = False, **values: Any) -> Response:
    """Show a page; one with something wrong in it says so by its status, too."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return make_response(render_template(f"backoffice/{template}", **values), status)


def wait(refused: TooManyAttempts, again: str) -> Response:
    """Say how long to wait, and lead back to the page `again`."""
    shown = render_template("backoffice/wait.html", wait=duration(refused.wait), again=again)
    response = make_response(shown, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(ceil(refused.wait.total_seconds()))
    return response
