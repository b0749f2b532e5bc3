"""Get User: loads a user of an identity store into the process."""

from typing import Any

from engine.activity import Context
from engine.identity import UserRecord
from service_tasks._for_user import STORE, ForUser


class GetUser(ForUser):
    """Loads a user of an identity store, for this process to work with."""

    type = "get-user"
    name = "Get User"
    category = "Identity"
    icon = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0z"

    def run(self, context: Context) -> object:
        """Write the user under the User Key."""
        _, user = self.user(context)
        context.assign(f"{STORE}.users.{self.user_key}", _variables(user))
        return None


def _variables(user: UserRecord) -> dict[str, Any]:
    authenticated = user.last_authenticated_at
    return {
        "id": user.id,
        "externalId": user.external_id,
        "status": user.status.value,
        "locale": user.locale,
        "timeZone": user.time_zone,
        "attributes": dict(user.attributes),
        "createdAt": user.created_at.isoformat(),
        "lastAuthenticatedAt": None if authenticated is None else authenticated.isoformat(),
    }
