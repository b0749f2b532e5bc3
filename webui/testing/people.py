"""The users in the identity stores of a test, and the authenticators that they hold in their hands."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from engine.demo import USER
from engine.identity import Identity, StoreRecord, StoreStatus, UserRecord
from engine.identity.policies import PolicyRecord
from engine.identity.stores import set_status
from engine.throwaway import Code
from webui.testing.failures import JourneyFailed

if TYPE_CHECKING:
    from webui.testing.kit import Kit

STEP = timedelta(seconds=30)
"""How long a code is usually shown (RFC 6238, 5.2)."""


def register(session: Session, identity: Identity, user: UserRecord, policies: list[PolicyRecord]) -> list[str]:
    """Register a user's authenticator under every policy, and return recovery codes for them."""
    for policy in policies:
        identity.register_totp(session, user, policy)
    made = identity.generate_recovery_codes(session, user, user.external_id or "")
    return [identity.reveal(session, each) for each in made]


class People:
    """The users of one identity store."""

    def __init__(self, kit: "Kit", name: str | None = None) -> None:
        self._kit = kit
        self._name = name

    def named(self, name: str) -> "People":
        """Return the users of another store; without this it is the first one that the process names."""
        return People(self._kit, name)

    @property
    def name(self) -> str:
        """What the store is called."""
        return self._name or self._kit.store

    def add(self, external_id: str, *, totp: bool = False, **attributes: str) -> "People":
        """Make a user with attributes (`email=…`, `firstName=…`); with `totp`, registered under every policy."""

        def make(session: Session, identity: Identity, store: StoreRecord) -> None:
            user = identity.create_user(session, store, external_id=external_id, attributes=attributes)
            if totp:
                policies = [identity.policy(session, each) for each in self._kit.policies]
                self._kit.recovery_codes[self.name, external_id] = register(session, identity, user, policies)

        self._do(make)
        return self

    def current_code(self, external_id: str = USER, policy: str | None = None) -> str:
        """Return the code that a user's authenticator shows now: of a registration under way, if there is one.

        Raises:
            JourneyFailed: when the user has none, or the code was used already and the next one comes later.

        """
        __tracebackhide__ = True
        code = self._code(external_id, policy)
        if code.used:
            raise JourneyFailed(
                f"The code of {external_id!r} was used; move the clock to the next one: clock.forward(seconds=30)."
            )
        return code.code

    def used_code(self, external_id: str = USER, policy: str | None = None) -> str:
        """Return the code that the authenticator shows now although it was used."""
        __tracebackhide__ = True
        return self._code(external_id, policy).code

    def wrong_code(self) -> str:
        """Return a code that nobody's authenticator shows around now."""
        around = {each for code in self._kit.throwaway.codes() for each in code.around}
        return next(code for number in range(10_000) if (code := f"{number:06}") not in around)

    def recovery_code(self, external_id: str = USER) -> str:
        """Return a recovery code of a user that was not returned before."""
        __tracebackhide__ = True
        left = self._kit.recovery_codes.get((self.name, external_id), [])
        if not left:
            raise JourneyFailed(f"{external_id!r} has no recovery code (left) in the store {self.name!r}.")
        return left.pop(0)

    def lock(self, external_id: str = USER) -> None:
        """Lock a user, until somebody unlocks them."""
        self.change(external_id, lambda session, identity, user: identity.lock_user(session, user))

    def unlock(self, external_id: str = USER) -> None:
        """Unlock a user."""
        self.change(external_id, lambda session, identity, user: identity.unlock_user(session, user))

    def delete(self, external_id: str = USER) -> None:
        """Delete a user."""
        self.change(external_id, lambda session, identity, user: identity.delete_user(session, user))

    def disable(self) -> None:
        """Switch the whole store off."""
        self._do(lambda session, identity, store: set_status(session, identity.clock, store, StoreStatus.DISABLED))

    def get(self, external_id: str = USER) -> UserRecord:
        """Return a user."""
        found: UserRecord = self.change(external_id, lambda _session, _identity, user: user)
        return found

    def change(self, external_id: str, work: Callable[[Session, Identity, UserRecord], Any]) -> Any:
        """Do anything else to a user, in a transaction of its own."""
        return self._do(
            lambda session, identity, store: work(
                session, identity, identity.user_by_external_id(session, store, external_id)
            )
        )

    def _code(self, external_id: str, policy: str | None) -> Code:
        __tracebackhide__ = True
        for code in self._kit.throwaway.codes():
            if code.store == self.name and code.external_id == external_id and policy in {None, code.policy}:
                return code
        raise JourneyFailed(f"{external_id!r} has no authenticator in the store {self.name!r}.")

    def _do(self, work: Callable[[Session, Identity, StoreRecord], Any]) -> Any:
        application = self._kit.throwaway.application
        with application.database.write() as session:
            return work(session, application.identity, application.identity.store(session, self.name))
