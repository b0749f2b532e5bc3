"""What the identity activities keep for a process, in one context among its variables."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.activity import Activity, Context, Written
from engine.errors import Failure, Problem
from engine.identity import UserRecord
from engine.model import Element, Source, Syntax
from engine.variables import is_name

STORE = "_identityStore"
"""The context among the process variables that the identity activities write."""


USER = Written(
    f"{STORE}.users.{{userKey}}",
    {
        **dict.fromkeys(("id", "externalId", "status", "locale", "timeZone"), "text"),
        "attributes": "context",
        **dict.fromkeys(("createdAt", "lastAuthenticatedAt"), "text"),
    },
    help="The user.",
)
"""What `keep_user` writes."""


class IdentityActivity(Activity):
    """Works with identity stores, and keeps what it finds under `STORE`."""

    category: ClassVar[str] = "Identity"


class KeyInvalid(Failure):
    """A key cannot name a variable."""

    code = "key-invalid"


def check_key(label: str, key: str) -> None:
    """Do nothing for a key that can name a variable.

    Raises:
        KeyInvalid: for any other.

    """
    if not is_name(key):
        raise KeyInvalid(f"The {label} {key!r} cannot name a variable: use letters, digits and underscores.")


def key_problems(label: str, key: str, element: Element) -> list[Problem]:
    """Return what is wrong with the key that is drawn as plain text in the parameter `key`."""
    drawn = literal(element.inputs.get(key))
    if drawn is None or is_name(drawn):
        return []
    message = f"The {label} {drawn!r} cannot name a variable."
    remedy = "Use letters, digits and underscores, beginning with a letter."
    return [
        Problem(f"activity.{label.lower().replace(' ', '-')}", message, remedy, element.id, element.line, field=key)
    ]


def literal(source: Source | None) -> str | None:
    """Return the text of a parameter that is drawn as plain text and not empty."""
    return source.text if source is not None and source.syntax is Syntax.LITERAL and source.text else None


def kept(context: Context, *names: str) -> object:
    """Return what was written under these names, one in the other; None when there is nothing."""
    value: object = context.variables.get(STORE)
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def keep_user(context: Context, key: str, user: UserRecord) -> None:
    """Write a user under a User Key."""
    authenticated = user.last_authenticated_at
    variables: dict[str, Any] = {
        "id": user.id,
        "externalId": user.external_id,
        "status": user.status.value,
        "locale": user.locale,
        "timeZone": user.time_zone,
        "attributes": dict(user.attributes),
        "createdAt": user.created_at.isoformat(),
        "lastAuthenticatedAt": None if authenticated is None else authenticated.isoformat(),
    }
    context.assign(f"{STORE}.users.{key}", variables)
