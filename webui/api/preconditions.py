"""`If-Match`: nothing is done to what is not as whoever asks has seen it (RFC 9110, 13.1.1).

Our ETags begin with the revision of what they name, where it has one; that is what is compared. What stands after the
dot names the very bytes of an answer, and changes with things that no change can lose.
"""

from flask import request
from werkzeug.exceptions import BadRequest, PreconditionRequired

from webui.api.operation import Match, Operation

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
    if request.if_match.star_tag:
        return None
    tags = request.if_match.as_set()
    if len(tags) > 1:
        raise BadRequest("Name one ETag in If-Match.")
    return (next(iter(tags), "").partition(".")[0]) or _NONE
