"""What every activity that works for one user of an identity store shares: how the user is named."""

from collections.abc import Mapping
from typing import ClassVar, Self

from engine.activity import Context
from engine.declare import parameter
from engine.errors import BpmnError, Failure, Problem
from engine.identity import StoreNotFound, UserNotFound, UserRecord, Who
from engine.model import Element
from service_tasks._kept import IdentityActivity, check_key, kept, key_problems, literal

DEFAULT_KEY = "user1"

_EXTERNAL_ID = "userExternalId"
_ID = "userId"
_KEY = "userKey"


class UserAmbiguous(Failure):
    """A user is named by exactly one of User External ID, User ID and User Key."""

    code = "user-ambiguous"


class UserNotLoaded(Failure):
    """The process has not loaded this user."""

    code = "user-not-loaded"


class ForUser(IdentityActivity):
    """Works for one user, who is named by exactly one of three identifiers.

    User Key has a default, so a User External ID or a User ID wins over it; every other combination is a mistake: of
    the deployment where it is drawn as such, of the run where expressions lead to it.
    """

    errors: ClassVar[tuple[type[BpmnError], ...]] = (StoreNotFound, UserNotFound)

    store_name: str = parameter(
        "Store Name", required=True, names="identity-store", help="The identity store that the user belongs to."
    )
    user_external_id: str | None = parameter(
        "User External ID", help="Names the user by the ID that your own systems know the person by."
    )
    user_id: str | None = parameter("User ID", help="Names the user by the ID that the identity store gave.")
    user_key: str = parameter(
        "User Key",
        default=DEFAULT_KEY,
        help="Names a user that this process has loaded already, when neither User External ID nor User ID is set.",
    )

    @classmethod
    def read(cls, values: Mapping[str, object]) -> Self:
        """Return the activity with its parameters; see `Declared.read`.

        Raises:
            UserAmbiguous: when the identifiers contradict each other, or one that is asked for came out empty.
            KeyInvalid: when the User Key cannot name a variable.

        """
        ready = super().read(values)
        given = [key for key in (_EXTERNAL_ID, _ID) if values.get(key) not in {None, ""}]
        if (contradiction := _contradiction(given, ready.user_key)) is not None:
            raise UserAmbiguous(contradiction)
        empty = [each.label for each in cls.parameters if each.key in {_EXTERNAL_ID, _ID} and each.key in values]
        if empty and not given:
            # The user under the default key may be another person.
            raise UserAmbiguous(
                f"{' and '.join(empty)} came out empty, so no user is named. Check the expression, or remove it to use "
                "the User Key."
            )
        check_key("User Key", ready.user_key)
        return ready

    @classmethod
    def check(cls, element: Element) -> list[Problem]:
        """Return the contradiction between identifiers that are drawn as plain text."""
        drawn = {key: text for key in (_EXTERNAL_ID, _ID, _KEY) if (text := literal(element.inputs.get(key)))}
        key = drawn.pop(_KEY, DEFAULT_KEY)
        problems = key_problems("User Key", _KEY, element)
        if (contradiction := _contradiction(list(drawn), key)) is not None:
            remedy = "Keep one of User External ID, User ID and User Key."
            field = _ID if len(drawn) > 1 else _KEY
            code = "activity.user-ambiguous"
            problems.append(Problem(code, contradiction, remedy, element.id, element.line, field=field))
        return problems

    def user(self, context: Context) -> UserRecord:
        """Return the user that the parameters name, as they are now.

        Raises:
            StoreNotFound, UserNotFound: when there is none; a user of another store is none.
            UserNotLoaded: when the process has loaded no user under the User Key.

        """
        return context.identity.user_named(context.session, self.who(context))

    def who(self, context: Context) -> Who:
        """Return how the parameters name the user; raises what `user` does but `UserNotFound`."""
        if self.user_external_id is not None:
            return Who(self.store_name, self.user_external_id)
        return Who(self.store_name, user_id=self.user_id or self._loaded_id(context))

    def _loaded_id(self, context: Context) -> str:
        value = kept(context, "users", self.user_key, "id")
        if not isinstance(value, str):
            # Without a store there is nobody to be loaded: that is said first.
            context.identity.store(context.session, self.store_name)
            raise UserNotLoaded(
                f"This process has loaded no user under the User Key {self.user_key!r}. Put a Get User step with the "
                "same User Key before this one, or name the user by a User External ID or a User ID."
            )
        return value


def _contradiction(given: list[str], key: str) -> str | None:
    """Return what is wrong when these identifiers are set beside this User Key."""
    if len(given) > 1:
        return "User External ID and User ID are both set."
    if given and key != DEFAULT_KEY:
        label = "User External ID" if given == [_EXTERNAL_ID] else "User ID"
        return f"{label} and the User Key {key!r} are both set."
    return None
