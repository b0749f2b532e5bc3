"""Unlock User: lets a locked user in again."""

from engine.activity import Context
from service_tasks._for_user import ForUser
from service_tasks._kept import USER, keep_user


class UnlockUser(ForUser):
    """Unlocks a user, and ends the waiting time after wrong codes."""

    type = "unlock-user"
    name = "Unlock User"
    icon = "M6 11h12v10H6zM8 11V8a4 4 0 0 1 7.5-2M12 15v2"
    writes = (USER,)

    def run(self, context: Context) -> object:
        """Write the unlocked user under the User Key."""
        user = self.user(context)
        keep_user(context, self.user_key, context.identity.unlock_user(context.session, user))
        return None
