from dataclasses import dataclass

import pytest

from engine.identity import Identity, PolicyRecord, StoreRecord, UserRecord, Vault
from engine.store import Database
from tests.conftest import ManualClock

KEK = bytes(range(32))


@pytest.fixture
def kek() -> bytes:
    return KEK


@pytest.fixture
def vault(database: Database, clock: ManualClock) -> Vault:
    with database.write() as session:
        return Vault.open(session, KEK, clock)


@pytest.fixture
def identity(vault: Vault, clock: ManualClock) -> Identity:
    return Identity(vault, clock)


@dataclass(frozen=True)
class People:
    """A store with one user, and a policy."""

    store: StoreRecord
    user: UserRecord
    policy: PolicyRecord


@pytest.fixture
def people(database: Database, identity: Identity) -> People:
    with database.write() as session:
        store = identity.create_store(session, "Customers", locale="de-AT", time_zone="Europe/Vienna")
        user = identity.create_user(session, store, external_id="alice@example.com", attributes={"team": "blue"})
        return People(store, user, identity.create_policy(session, "Default", issuer="Example Bank"))
