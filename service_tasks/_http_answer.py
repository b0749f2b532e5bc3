"""The answer to Call HTTP: whether it is tried again, and what of it a process can use."""

from email.message import Message
from typing import Any

import orjson

from engine.egress import Answer, retry_after
from engine.errand import Outside, TryAgain
from engine.errors import Failure
from service_tasks._http_request import Request

PATIENCE = frozenset({408, 425, 429})
"""Those that ask to come again (RFC 9110, 15.5.9; RFC 8470, 5.2; RFC 6585, 4)."""

_SERVER_FAILED = range(500, 600)
_TEXTS = ("text/", "application/xml", "application/x-www-form-urlencoded")
_CHARSETS = {"iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1", "us-ascii": "ascii", "windows-1252": "windows-1252"}
_MAXIMUM_HEADER = 2000


class AnswerTooLarge(Failure):
    """The answer is larger than the Response Limit of the step."""

    code = "answer-too-large"


class AnswerPacked(Failure):
    """The answer is compressed, although nobody asked for that."""

    code = "answer-packed"


def read(request: Request, answer: Answer, outside: Outside) -> dict[str, Any]:
    """Return what came back.

    Raises:
        TryAgain: when the other side asks for patience, or has failed.
        AnswerTooLarge, AnswerPacked: when it cannot be taken.

    """
    outside.said["status"] = answer.status
    success = request.is_success(answer.status)
    if not success and (answer.status in PATIENCE or answer.status in _SERVER_FAILED):
        after = retry_after(answer.headers.get("retry-after"), outside.clock.now())
        raise TryAgain(f"{request.host} answered {answer.status}.", after)
    if not answer.whole:
        raise AnswerTooLarge(
            f"{request.host} answered {answer.status} with more than {request.limit // 1024} KiB, the Response Limit "
            "of the step. Raise it, or ask for less, then retry."
        )
    headers = {name: answer.headers[name][:_MAXIMUM_HEADER] for name in request.keep if name in answer.headers}
    return {"status": answer.status, "headers": headers, "body": _body(request, answer), "success": success}


def _body(request: Request, answer: Answer) -> Any:
    """Return a value where the body is JSON, a text where it is one; null where it is neither, or empty."""
    if not answer.body or request.method == "HEAD":
        return None
    if answer.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise AnswerPacked(f"{request.host} answered with a compressed body, although it was told not to.")
    said = Message()
    said["Content-Type"] = answer.headers.get("content-type", "application/octet-stream")
    kind = said.get_content_type()
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            # It may still tell somebody what is wrong.
            return answer.body.decode("utf-8", "replace")
    if kind.startswith(_TEXTS) or kind.endswith("+xml"):
        charset = _CHARSETS.get((said.get_content_charset() or "").lower(), "utf-8")
        return answer.body.decode(charset, "replace")
    return None
