"""Commands about identities at a server, by its API, which names things by their ids: names are looked up first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engine.identity import policies, stores, users
from webui.api.models.base import MAXIMUM_LIMIT
from webui.api.models.policies import NewPolicy, Policy, PolicyChange, PolicySummary
from webui.api.models.stores import NewStore, Store, StoreNamed, StoreSummary
from webui.api.models.users import Because, LockOrder, NewUser, ReasonAsked, User, UserNamed
from webui.cli.options import LocalOnly
from webui.cli.site.naming import check_name, sendable
from webui.cli.site.port import Who
from webui.client import Client

UNSAID = "By the command line."
"""The reason where a command asks for none and the server does."""


@dataclass(frozen=True, slots=True)
class Stores:
    """See `port.Stores`."""

    client: Client

    def create(self, name: str, locale: str, time_zone: str) -> Store:
        """Make one."""
        with sendable():
            new = NewStore(name=name, locale=locale, time_zone=time_zone)
        return self.client.stores.create(new)

    def list(self) -> Sequence[StoreSummary]:
        """Return all."""
        return tuple(self.client.stores.list(limit=MAXIMUM_LIMIT))

    def get(self, name: str) -> Store:
        """Return one."""
        return self.client.stores.get(store_id=self.id_of(name))

    def id_of(self, name: str) -> str:
        """Return the id of a store; raises `StoreNotFound`."""
        for each in self.list():
            if each.name == name:
                return each.id
        raise stores.missing(name)


@dataclass(frozen=True, slots=True)
class Users:
    """See `port.Users`."""

    client: Client

    def create(
        self, store: str, external_id: str, attributes: Mapping[str, Any], locale: str | None, time_zone: str | None
    ) -> User:
        """Make one."""
        with sendable():
            new = NewUser(external_id=external_id, attributes=dict(attributes), locale=locale, time_zone=time_zone)
        return self.client.users.create(new, store_id=self._store(store))

    def list(self, store: str, prefix: str, limit: int) -> Sequence[tuple[str, str, str | None]]:
        """Return those whose external ID begins so; raises `LocalOnly` for all of them."""
        if not prefix:
            raise LocalOnly("the list of all users", "Say by --prefix how their external IDs begin.")
        found = islice(self._beginning(self._store(store), prefix), limit)
        return [(each.id, each.status, each.external_id) for each in found]

    def get(self, who: Who) -> User:
        """Return one."""
        store = self._store(who.store)
        if who.by_id:
            check_name(UserNamed, users.missing_id(who.store, who.text), store_id=store, user_id=who.text)
            return self.client.users.get(store_id=store, user_id=who.text)
        for each in self._beginning(store, who.text):
            if each.external_id == who.text:
                return each
        raise users.missing(who.store, who.text)

    def lock(self, who: Who, reason: str) -> User:
        """Shut one out."""
        user = self.get(who)
        with sendable():
            order = LockOrder(reason=reason or UNSAID)
        return self.client.users.lock(order, store_id=user.store, user_id=user.id)

    def unlock(self, who: Who) -> User:
        """End every lock."""
        user = self.get(who)
        return self.client.users.unlock(Because(reason=UNSAID), store_id=user.store, user_id=user.id)

    def disable(self, who: Who) -> User:
        """Disable one."""
        user = self.get(who)
        return self.client.users.disable(Because(reason=UNSAID), store_id=user.store, user_id=user.id)

    def delete(self, who: Who) -> None:
        """Delete one, as it is now."""
        user = self.get(who)
        self.client.matching(user).users.delete(ReasonAsked(reason=UNSAID), store_id=user.store, user_id=user.id)

    def _store(self, name: str) -> str:
        return Stores(self.client).id_of(name)

    def _beginning(self, store: str, text: str) -> Iterator[User]:
        """Yield users whose external ID begins with a text, in capital or small letters."""
        with sendable():
            return self.client.users.find(StoreNamed(store_id=store), q=text, limit=MAXIMUM_LIMIT)


@dataclass(frozen=True, slots=True)
class Policies:
    """See `port.Policies`."""

    client: Client

    def create(self, name: str, settings: Mapping[str, Any]) -> Policy:
        """Make one."""
        with sendable():
            new = NewPolicy(name=name, **settings)
        return self.client.policies.create(new)

    def list(self) -> Sequence[PolicySummary]:
        """Return all."""
        return tuple(self.client.policies.list(limit=MAXIMUM_LIMIT))

    def get(self, name: str) -> Policy:
        """Return one."""
        for each in self.list():
            if each.name == name:
                return self.client.policies.get(policy_id=each.id)
        raise policies.missing(name)

    def change(self, name: str, settings: Mapping[str, Any]) -> None:
        """Change one, as it is now."""
        current = self.get(name)
        with sendable():
            change = PolicyChange(**settings, reason=UNSAID)
        self.client.matching(current).policies.change(change, policy_id=current.id)
