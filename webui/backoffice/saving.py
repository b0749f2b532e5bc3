"""What scripts send when they save a draft."""

from datetime import datetime
from typing import Any

import orjson
from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType


def saving() -> tuple[bytes, int, bool]:
    """Return the content, the revision that was seen, and whether it is to be deployed."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send JSON, as application/json.")
    try:
        body: Any = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise BadRequest("This is no JSON.") from None
    match body:
        case {"content": str() as content, "revision": int() as revision} if type(revision) is int and revision >= 0:
            deploy = body.get("deploy", False)
            if isinstance(deploy, bool):
                return content.encode(), revision, deploy
    raise BadRequest("Send content (a text), revision (a number) and, for a version, deploy (true or false).")


def time(at: datetime | None) -> str | None:
    """Return a time for scripts (ISO 8601)."""
    return at.isoformat() if at is not None else None
