"""Update User: changes what an identity store knows about a user."""

from engine.activity import Context
from engine.declare import parameter
from engine.identity import ExtIdNotUnique, StoreNotFound, UserNotFound
from service_tasks._attributes import DescribesUser
from service_tasks._for_user import ForUser
from service_tasks._kept import USER, keep_user


class UpdateUser(DescribesUser, ForUser):
    """Changes a user of an identity store: only what is set here; of the attributes, only those that are named."""

    type = "update-user"
    name = "Update User"
    icon = "M10 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a8 8 0 0 1 10-7.7M14 21l1-4 5-5 3 3-5 5z"
    errors = (StoreNotFound, UserNotFound, ExtIdNotUnique)
    writes = (USER,)

    new_external_id: str | None = parameter(
        "New External ID", help="The ID that your own systems know the person by from now on."
    )

    def run(self, context: Context) -> object:
        """Write the changed user under the User Key; an attribute whose value is null is removed."""
        user = self.user(context)
        changes = self.described
        if self.new_external_id is not None:
            changes["external_id"] = self.new_external_id
        if self.user_attributes is not None:
            merged = {**user.attributes, **self.user_attributes}
            changes["attributes"] = {name: value for name, value in merged.items() if value is not None}
        keep_user(context, self.user_key, context.identity.update_user(context.session, user, **changes))
        return None
