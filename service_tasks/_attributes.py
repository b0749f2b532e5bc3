"""What a designer can say about a user: what Add User and Update User share."""

from typing import Any

from engine.declare import parameter
from engine.identity import UserStatus
from service_tasks._kept import IdentityActivity

_STATUSES = tuple(status.value for status in UserStatus if status is not UserStatus.TEMP_LOCKED)
"""TEMP_LOCKED has an end, which nobody but Idflow sets."""


class NamesNewUser(IdentityActivity):
    """Says where a new user belongs."""

    store_name: str = parameter(
        "Store Name", required=True, names="identity-store", help="The identity store that the user is added to."
    )
    user_external_id: str | None = parameter(
        "User External ID", help="The ID that your own systems know the person by; no other user of the store has it."
    )


class DescribesUser(IdentityActivity):
    """Says what an identity store shall know about a user."""

    user_attributes: dict[str, Any] | None = parameter(
        "User Attributes",
        help='What else is known about the user, by name: a FEEL context, such as ={firstName: "Ada"}.',
    )
    locale: str | None = parameter("Locale", help="The user's language, such as de-AT (RFC 5646).")
    time_zone: str | None = parameter("Time Zone", help="The user's time zone, such as Europe/Vienna.")
    status: str | None = parameter("Status", choices=_STATUSES, help="Whether the user may use credentials.")

    @property
    def described(self) -> dict[str, Any]:
        """What was set, under the names that `engine.identity` has for it."""
        said = {
            "attributes": self.user_attributes,
            "locale": self.locale,
            "time_zone": self.time_zone,
            "status": None if self.status is None else UserStatus(self.status),
        }
        return {name: value for name, value in said.items() if value is not None}
