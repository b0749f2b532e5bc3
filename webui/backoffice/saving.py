"""What scripts send when they save a draft."""

from datetime import datetime

from werkzeug.exceptions import BadRequest

from webui.backoffice.sent import sent_json


def saving() -> tuple[bytes, int, bool]:
    """Return the content, the revision that was seen, and whether it is to be deployed."""
    body = sent_json()
    match body:
        case {"content": str() as content, "revision": int() as revision} if type(revision) is int and revision >= 0:
            deploy = body.get("deploy", False)
            if isinstance(deploy, bool):
                return content.encode(), revision, deploy
    raise BadRequest("Send content (a text), revision (a number) and, for a version, deploy (true or false).")


def time(at: datetime | None) -> str | None:
    """Return a time for scripts (ISO 8601)."""
    return at.isoformat() if at is not None else None
