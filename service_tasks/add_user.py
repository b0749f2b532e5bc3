"""Add User: makes a new user of an identity store."""

from collections.abc import Mapping
from typing import Self

from engine.activity import Context
from engine.declare import parameter
from engine.errors import BpmnError, Problem
from engine.identity import ExtIdNotUnique, IdentityInvalid, StoreNotFound
from engine.model import Element
from service_tasks._attributes import DescribesUser, NamesNewUser
from service_tasks._kept import USER, check_key, keep_user, key_problems


class AddUserFailed(BpmnError):
    """Failed to add the user."""


class AddUser(DescribesUser, NamesNewUser):
    """Adds a user to an identity store, and loads the user into the process."""

    type = "add-user"
    name = "Add User"
    icon = "M10 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a8 8 0 0 1 13-6M19 14v6M16 17h6"
    errors = (StoreNotFound, AddUserFailed, ExtIdNotUnique)
    writes = (USER,)

    user_key: str = parameter("User Key", default="user1", help="The name under which the process keeps the new user.")

    @classmethod
    def read(cls, values: Mapping[str, object]) -> Self:
        """Return the activity with its parameters; see `Declared.read`.

        Raises:
            KeyInvalid: when the User Key cannot name a variable.

        """
        ready = super().read(values)
        check_key("User Key", ready.user_key)
        return ready

    @classmethod
    def check(cls, element: Element) -> list[Problem]:
        """Return what is wrong with the User Key."""
        return key_problems("User Key", "userKey", element)

    def run(self, context: Context) -> object:
        """Write the new user under the User Key."""
        identity, session = context.identity, context.session
        store = identity.store(session, self.store_name)
        try:
            user = identity.create_user(session, store, external_id=self.user_external_id, **self.described)
        except IdentityInvalid as invalid:
            raise AddUserFailed(f"Failed to add the user: {invalid.message}") from invalid
        keep_user(context, self.user_key, user)
        return None
