"""Commands about identities at the data folder of this machine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.application import Application
from engine.identity import Identity, UserRecord, UserStatus, listing
from webui.api.models.policies import Policy, PolicySummary
from webui.api.models.stores import Store, StoreSummary
from webui.api.models.users import User
from webui.cli.site.port import Who


@dataclass(frozen=True, slots=True)
class Stores:
    """See `port.Stores`."""

    application: Application

    def create(self, name: str, locale: str, time_zone: str) -> Store:
        """Make one."""
        with self.application.write() as session:
            made = self.application.identity.create_store(session, name, locale=locale, time_zone=time_zone)
        return Store.model_validate(made)

    def list(self) -> Sequence[StoreSummary]:
        """Return all."""
        with self.application.database.read() as session:
            return [StoreSummary.model_validate(each) for each in listing.stores(session)]

    def get(self, name: str) -> Store:
        """Return one."""
        with self.application.database.read() as session:
            return Store.model_validate(self.application.identity.store(session, name))


@dataclass(frozen=True, slots=True)
class Users:
    """See `port.Users`."""

    application: Application

    def create(
        self, store: str, external_id: str, attributes: Mapping[str, Any], locale: str | None, time_zone: str | None
    ) -> User:
        """Make one."""
        identity = self.application.identity
        with self.application.write() as session:
            made = identity.create_user(
                session,
                identity.store(session, store),
                external_id=external_id,
                attributes=attributes,
                locale=locale,
                time_zone=time_zone,
            )
        return User.model_validate(made)

    def list(self, store: str, prefix: str, limit: int) -> Sequence[tuple[str, str, str | None]]:
        """Return those whose external ID begins so."""
        with self.application.database.read() as session:
            found = self.application.identity.store(session, store)
            listed = listing.users(session, found, prefix=prefix, limit=limit)
        return [(each.id, each.status, each.external_id) for each in listed]

    def get(self, who: Who) -> User:
        """Return one."""
        with self.application.database.read() as session:
            return User.model_validate(self._find(session, who))

    def lock(self, who: Who, reason: str) -> User:
        """Shut one out."""
        return self._change(who, lambda identity, session, user: identity.lock_user(session, user, reason))

    def unlock(self, who: Who) -> User:
        """End every lock."""
        return self._change(who, lambda identity, session, user: identity.unlock_user(session, user))

    def disable(self, who: Who) -> User:
        """Disable one."""
        return self._change(
            who, lambda identity, session, user: identity.update_user(session, user, status=UserStatus.DISABLED)
        )

    def delete(self, who: Who) -> None:
        """Delete one."""
        with self.application.write() as session:
            self.application.identity.delete_user(session, self._find(session, who))

    def _change(self, who: Who, work: Callable[[Identity, Session, UserRecord], UserRecord]) -> User:
        with self.application.write() as session:
            return User.model_validate(work(self.application.identity, session, self._find(session, who)))

    def _find(self, session: Session, who: Who) -> UserRecord:
        identity = self.application.identity
        find = identity.user_by_id if who.by_id else identity.user_by_external_id
        return find(session, identity.store(session, who.store), who.text)


@dataclass(frozen=True, slots=True)
class Policies:
    """See `port.Policies`."""

    application: Application

    def create(self, name: str, settings: Mapping[str, Any]) -> Policy:
        """Make one."""
        with self.application.write() as session:
            return Policy.model_validate(self.application.identity.create_policy(session, name, **settings))

    def list(self) -> Sequence[PolicySummary]:
        """Return all."""
        with self.application.database.read() as session:
            return [PolicySummary.model_validate(each) for each in listing.policies(session)]

    def get(self, name: str) -> Policy:
        """Return one."""
        with self.application.database.read() as session:
            return Policy.model_validate(self.application.identity.policy(session, name))

    def change(self, name: str, settings: Mapping[str, Any]) -> None:
        """Change one."""
        with self.application.write() as session:
            current = self.application.identity.policy(session, name)
            self.application.identity.update_policy(session, current, **settings)
