"""`Idempotency-Key`: who repeats a request gets the first answer again (draft-ietf-httpapi-idempotency-key-header)."""

import re
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import HTTPException

from engine.application import Application
from engine.errors import IdflowError
from engine.identity.vault import bind
from engine.instances.programs import AnswersRefused
from webui.api.models.problem import FieldError
from webui.api.operation import Call
from webui.api.problems import problem_of, status_for
from webui.api.reading import RequestInvalid

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
"""The header of an answer that was given before."""

_KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?', re.ASCII)
"""A string as RFC 9651 writes it, or the same without its quotes."""

_KEPT_HEADERS = ("Location",)


def once(application: Application, call: Call[Any, Any, Any], answer: Callable[[], Response]) -> Response:
    """Return the answer: the first one again, when the same request came with the same key.

    What was refused did nothing, so its key can be used again.
    """
    given = request.headers.get(HEADER)
    if given is None:
        return answer()
    found = _KEY.fullmatch(given)
    if found is None:
        raise RequestInvalid([FieldError(detail="Send 1 to 255 visible ASCII characters.", parameter=HEADER)])
    who, key, replies = call.who.key.id if call.who.key else "", found[1], application.replies
    kept = replies.begin(who, key, _fingerprint(call))
    if kept is not None:
        return _replayed(kept)
    try:
        response = answer()
    except AnswersRefused as refused:
        # It counts as an attempt: that was done.
        response = problem_of(refused)
    except Exception as error:
        if _did_nothing(error):
            replies.forget(who, key)
        else:
            replies.note_broken(who, key)
        raise
    replies.keep(who, key, _written(response))
    return response


def _did_nothing(error: Exception) -> bool:
    """Tell whether it is a refusal; of what nobody expected, nobody knows."""
    if isinstance(error, IdflowError):
        return error.retry_helps or status_for(type(error)) is not None
    return isinstance(error, HTTPException) and (error.code or 500) < HTTPStatus.INTERNAL_SERVER_ERROR


def _fingerprint(call: Call[Any, Any, Any]) -> bytes:
    """Return what tells requests apart: what was read of them, not how it was written."""
    parts = (request.method, request.path, call.query.model_dump_json(), call.body.model_dump_json())
    return sha256(bind(*parts, request.headers.get("If-Match", ""))).digest()


def _written(response: Response) -> bytes:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    said = {"status": response.status_code, "type": response.content_type, "headers": headers}
    return orjson.dumps({**said, "body": response.get_data(as_text=True)})


def _replayed(kept: bytes) -> Response:
    said = orjson.loads(kept)
    response = Response(said["body"], said["status"], content_type=said["type"])
    response.headers.extend({**said["headers"], REPLAYED: "true"})
    return response
