"""What a script has sent."""

from typing import Any

import orjson
from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType


def sent_json() -> Any:
    """Return the JSON value in the body of the current request.

    Raises:
        UnsupportedMediaType: when it is not said to be JSON.
        BadRequest: when it is none.

    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send JSON, as application/json.")
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise BadRequest("This is no JSON.") from None
