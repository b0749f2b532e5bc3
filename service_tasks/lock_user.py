"""Lock User: shuts a user out until somebody unlocks it."""

from engine.activity import Context
from engine.declare import parameter
from service_tasks._for_user import ForUser
from service_tasks._kept import USER, keep_user


class LockUser(ForUser):
    """Locks a user: no credential is registered, used or shown until the user is unlocked."""

    type = "lock-user"
    name = "Lock User"
    icon = "M6 11h12v10H6zM8 11V8a4 4 0 0 1 8 0v3M12 15v2"
    writes = (USER,)

    reason: str = parameter("Reason", default="", help="Why, in a few words for the audit trail.")

    def run(self, context: Context) -> object:
        """Write the locked user under the User Key."""
        user = self.user(context)
        keep_user(context, self.user_key, context.identity.lock_user(context.session, user, self.reason))
        return None
