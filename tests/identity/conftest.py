from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BpmnError
from engine.identity import (
    Authentication,
    CredentialRecord,
    CurrentTotp,
    Identity,
    PolicyRecord,
    StartedRegistration,
    StoreRecord,
    UserRecord,
    Vault,
)
from engine.store import Database, Way
from engine.store.models import AuditEvent
from engine.variables import SecretReference
from tests.conftest import ManualClock

KEK = bytes(range(32))

Result = TypeVar("Result")


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


@dataclass(frozen=True)
class Device:
    """What a user has the secret on, with a clock that may be off."""

    secret: str
    clock: ManualClock

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(self.clock.now() + timedelta(seconds=30 * steps))

    def wrong(self) -> str:
        """Return a code that is none of the steps around now."""
        near = {self.code(steps) for steps in range(-9, 10)}
        return next(code for code in ("000000", "111111", *map(str, range(222222, 222242))) if code not in near)


@dataclass(frozen=True)
class Desk:
    """Where one user is served, and what tests do there."""

    database: Database
    identity: Identity
    people: People
    clock: ManualClock

    def step(self, work: Callable[[Session], Result]) -> Result:
        """Do some work in a transaction that a BPMN error does not roll back."""
        with self.database.write(Way.BESIDE) as session:
            try:
                return work(session)
            except BpmnError as error:
                outcome = error
        raise outcome

    def user(self) -> UserRecord:
        """Return the user as they are now."""
        with self.database.read() as session:
            return self.identity.user_by_id(session, self.people.store, self.people.user.id)

    def start(self, instance_id: str = "one") -> StartedRegistration:
        """Start a registration."""
        user, policy = self.people.user, self.people.policy
        return self.step(lambda session: self.identity.start_registration(session, user, policy, instance_id))

    def complete(self, registration: StartedRegistration, code: str, instance_id: str = "one") -> CredentialRecord:
        """Complete a registration."""
        return self.step(
            lambda session: self.identity.complete_registration(session, registration.id, code, instance_id)
        )

    def attempt(self, code: str, instance_id: str = "one", max_attempts: int | None = None) -> Authentication:
        """Authenticate by a code."""
        user, policy = self.people.user, self.people.policy
        return self.step(
            lambda session: self.identity.authenticate_totp(
                session, user, policy, code, instance_id, max_attempts=max_attempts
            )
        )

    def current(self, instance_id: str = "one") -> CurrentTotp:
        """Have the secret shown again."""
        return self.step(
            lambda session: self.identity.current_totp(
                session, self.people.user, self.identity.policy(session, self.people.policy.name), instance_id
            )
        )

    def reveal(self, reference: SecretReference) -> str:
        """Open a reference."""
        with self.database.read() as session:
            return self.identity.reveal(session, reference)

    def device(self, secret: SecretReference) -> Device:
        """Return a device that was given the secret."""
        return Device(self.reveal(secret), self.clock)

    def trail(self) -> list[str]:
        """Return what was audited, without what was made and registered before the test."""
        with self.database.read() as session:
            found = session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)).all()
        made = {"store_created", "user_created", "policy_created", "totp_registered"}
        return [event for event in found if event not in made]


@dataclass(frozen=True)
class Scene(Desk):
    """A desk whose user is registered."""

    phone: Device


@pytest.fixture
def desk(database: Database, identity: Identity, people: People, clock: ManualClock) -> Desk:
    return Desk(database, identity, people, clock)


@pytest.fixture
def scene(desk: Desk) -> Scene:
    with desk.database.write() as session:
        credential = desk.identity.register_totp(session, desk.people.user, desk.people.policy)
    phone = desk.device(SecretReference("totp-secret", credential.id, "setup"))
    return Scene(desk.database, desk.identity, desk.people, desk.clock, phone)


@pytest.fixture
def registered(database: Database, identity: Identity, people: People) -> CredentialRecord:
    with database.write() as session:
        return identity.register_totp(session, people.user, people.policy)
