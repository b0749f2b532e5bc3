"""How large a request may be: little, unless its route says otherwise."""

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

from engine.form import MAXIMUM_BYTES

MAXIMUM_BODY = 1024 * 1024
"""How large a request may be, in bytes; a form has far less."""

MAXIMUM_PARTS = 1000
"""How many fields a request may have, when it is sent as `multipart/form-data`."""

MAXIMUM_FORM_BODY = 3 * MAXIMUM_BYTES
"""How large a request with a form document may be: inside JSON or a URL-encoded field it grows."""

MAXIMUM_UPLOAD_BODY = 8 * 1024 * 1024
"""How large a request with files may be; nothing but `multipart/form-data` carries them."""

LARGEST_BODY = max(MAXIMUM_FORM_BODY, MAXIMUM_UPLOAD_BODY)
"""The most that any route takes."""

_EXTENSION = "bodies"
_UPLOADS = "uploads"


def install(app: Flask) -> None:
    """Limit requests to `app`. To be called before anything else looks into a request."""
    app.config.update(MAX_CONTENT_LENGTH=MAXIMUM_BODY, MAX_FORM_MEMORY_SIZE=MAXIMUM_BODY, MAX_FORM_PARTS=MAXIMUM_PARTS)
    limits: dict[str, int] = app.extensions.setdefault(_EXTENSION, {})
    uploads: set[str] = app.extensions.setdefault(_UPLOADS, set())

    @app.before_request
    def set_limit() -> None:
        endpoint = request.endpoint or ""
        limit = in_memory = limits.get(endpoint, MAXIMUM_BODY)
        if endpoint in uploads and request.mimetype == "multipart/form-data":
            limit = MAXIMUM_UPLOAD_BODY
        request.max_content_length, request.max_form_memory_size = limit, in_memory
        # What says that it is too large is not even read.
        if (request.content_length or 0) > limit:
            raise RequestEntityTooLarge
        if limit > in_memory:
            # Read here, so that texts that are too large are told as such, and not as a form without its token.
            _ = request.form


def allow(app: Flask, endpoint: str, limit: int) -> None:
    """Let one route take more."""
    app.extensions[_EXTENSION][endpoint] = limit


def allow_files(app: Flask, endpoint: str) -> None:
    """Let one route take files."""
    app.extensions[_UPLOADS].add(endpoint)
