"""`If-Match`: nothing is done to what is not as whoever asks has seen it (RFC 9110, 13.1.1).

Our ETags begin with the revision of what they name, where it has one; that is what is compared. What stands after the
dot names the very bytes of an answer, and changes with things that no change can lose.
"""

import re

from flask import request
from werkzeug.exceptions import BadRequest, PreconditionRequired

from webui.api.operation import Match, Operation

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_NONE = "-"
"""The revision of nothing: a weak tag never matches."""


def seen(operation: Operation) -> str | None:
    """Return the revision that the current request has seen; None when that does not matter.

    Raises:
        PreconditionRequired: when the operation wants to know it.
        BadRequest: when several are named.

    """
    if operation.match is Match.IGNORED:
        return None
    given = request.headers.get("If-Match")
    if given is None:
        if operation.match is Match.REQUIRED:
            raise PreconditionRequired("Send the ETag of what you have seen as If-Match.")
        return None
    if given.strip() == "*":
        return None
    tags = [tag for tag, weak in _tags(given) if not weak]
    if len(tags) > 1:
        raise BadRequest("Name one ETag in If-Match.")
    return (tags[0].partition(".")[0] if tags else "") or _NONE


def _tags(header: str) -> list[tuple[str, bool]]:
    """Return the entity tags in a header, each with whether it is a weak one (RFC 9110, 8.8.3)."""
    return [(found[2], bool(found[1])) for found in _TAG.finditer(header)]
