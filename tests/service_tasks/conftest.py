from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from engine.activity import Context
from engine.identity import CredentialRecord, Identity, PolicyRecord, StoreRecord, UserRecord, Vault
from engine.model import Element, Source, Syntax
from engine.store import Database
from engine.variables import assign
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock

INSTANCE = "instance-1"


@dataclass
class Bench:
    """Runs one activity after another on the variables of one instance."""

    database: Database
    clock: ManualClock
    identity: Identity
    store: StoreRecord
    user: UserRecord
    policy: PolicyRecord
    credential: CredentialRecord
    variables: dict[str, Any]

    def run(self, type_: str, **inputs: object) -> None:
        """Run an activity in a transaction that is kept even when it raises, as after a caught BPMN error."""
        activity = ACTIVITIES[type_].read(inputs)
        with self.database.write() as session:
            context = Context(session, self.clock, self.identity, INSTANCE, self.variables)
            try:
                activity.run(context)
            finally:
                session.commit()
        for path, value in context.assigned:
            assign(self.variables, path, value)


@pytest.fixture
def bench(database: Database, clock: ManualClock) -> Bench:
    with database.write() as session:
        identity = Identity(Vault.open(session, bytes(32), clock), clock)
        store = identity.create_store(session, "Customers", locale="de", time_zone="Europe/Vienna")
        user = identity.create_user(session, store, external_id="alice", attributes={"team": "blue"})
        policy = identity.create_policy(session, "Default", issuer="Example Bank")
        credential = identity.register_totp(session, user, policy)
    return Bench(database, clock, identity, store, user, policy, credential, {})


Drawn = Callable[[Mapping[str, str | Source | None]], Element]


@pytest.fixture
def drawn() -> Drawn:
    """Return an element with these inputs; a text is a literal."""

    def draw(inputs: Mapping[str, str | Source | None]) -> Element:
        sources = {
            key: Source(value, Syntax.LITERAL, 7) if isinstance(value, str) else value for key, value in inputs.items()
        }
        return Element("Task_1", "serviceTask", 7, inputs=sources)

    return draw
