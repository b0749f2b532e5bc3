"""Delete User: removes a user from an identity store."""

from engine.activity import Context, Written
from service_tasks._for_user import ForUser
from service_tasks._kept import STORE, kept


class DeleteUser(ForUser):
    """Deletes a user of an identity store for good, with every credential. The audit trail keeps the ID."""

    type = "delete-user"
    name = "Delete User"
    icon = "M10 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a8 8 0 0 1 12-6.9M16 15l6 6M22 15l-6 6"
    writes = (Written(f"{STORE}.users.{{userKey}}", kind="any", help="Null, if it was this user."),)

    def run(self, context: Context) -> object:
        """Delete the user, and forget the one under the User Key if it is the same."""
        user = self.user(context)
        context.identity.delete_user(context.session, user)
        if kept(context, "users", self.user_key, "id") == user.id:
            context.assign(f"{STORE}.users.{self.user_key}", None)
        return None
