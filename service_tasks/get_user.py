"""Get User: loads a user of an identity store into the process."""

from engine.activity import Context
from service_tasks._for_user import ForUser
from service_tasks._kept import USER, keep_user


class GetUser(ForUser):
    """Loads a user of an identity store, for this process to work with."""

    type = "get-user"
    name = "Get User"
    writes = (USER,)
    only_reads = True
    icon = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0z"

    def run(self, context: Context) -> object:
        """Write the user under the User Key."""
        user = self.user(context)
        keep_user(context, self.user_key, user)
        return None
