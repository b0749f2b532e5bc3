"""The door to identity stores, users, TOTP and recovery codes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any, Unpack

from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.identity import authentication, display, locks, named, policies, recovery, registration, stores, totp, users
from engine.identity.authentication import Authentication
from engine.identity.cause import Cause
from engine.identity.display import CurrentTotp
from engine.identity.named import Who
from engine.identity.policies import (
    PolicyChanges,
    PolicyOptions,
    PolicyRecord,
    PolicySettings,
)
from engine.identity.registration import StartedRegistration
from engine.identity.reveal import Revealed, reveal
from engine.identity.stores import StoreRecord
from engine.identity.totp import CredentialRecord
from engine.identity.user_records import NewUser, UserChanges, UserRecord
from engine.identity.vault import Vault
from engine.store.models import StoreStatus, UserStatus
from engine.variables import SecretReference


@dataclass(frozen=True, slots=True)
class Identity:
    """The identities of an installation. What each method raises is said where it is done."""

    vault: Vault
    clock: Clock
    random: Callable[[int], bytes] = token_bytes
    """Makes the secrets."""

    def create_store(
        self,
        session: Session,
        name: str,
        *,
        locale: str = "en",
        time_zone: str = "UTC",
        cause: Cause | None = None,
    ) -> StoreRecord:
        """Make an identity store; see `stores.create`."""
        return stores.create(session, self.clock, name, locale, time_zone, cause=cause)

    def store(self, session: Session, name: str) -> StoreRecord:
        """Return the identity store of this name; see `stores.get`."""
        return stores.get(session, name)

    def store_or_none(self, session: Session, name: str) -> StoreRecord | None:
        """Return the identity store of this name, or None."""
        return stores.find(session, name)

    def store_by_id(self, session: Session, store_id: str) -> StoreRecord:
        """Return the identity store with this id; see `stores.by_id`."""
        return stores.by_id(session, store_id)

    def store_as_seen(self, session: Session, store_id: str, version: str) -> StoreRecord:
        """Return the identity store with this id, unless it was changed; see `stores.as_seen`."""
        return stores.as_seen(session, store_id, version)

    def update_store(
        self, session: Session, store: StoreRecord, *, locale: str, time_zone: str, cause: Cause | None = None
    ) -> StoreRecord:
        """Change what new users of a store get; see `stores.update`."""
        return stores.update(session, self.clock, store, locale=locale, time_zone=time_zone, cause=cause)

    def set_store_status(
        self, session: Session, store: StoreRecord, status: StoreStatus, *, cause: Cause | None = None
    ) -> StoreRecord:
        """Disable a store, or make it active again; see `stores.set_status`."""
        return stores.set_status(session, self.clock, store, status, cause=cause)

    def create_user(  # noqa: PLR0913 - everything that a new user may have
        self,
        session: Session,
        store: StoreRecord,
        *,
        external_id: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        locale: str | None = None,
        time_zone: str | None = None,
        status: UserStatus = UserStatus.ACTIVE,
        cause: Cause | None = None,
    ) -> UserRecord:
        """Make a user of the store; see `users.create`."""
        new = NewUser(external_id, attributes or {}, locale, time_zone, status)
        return users.create(session, self.clock, store, new, cause=cause)

    def user_by_external_id(self, session: Session, store: StoreRecord, external_id: str) -> UserRecord:
        """Return the user of the store with this external ID; see `users.by_external_id`."""
        return users.by_external_id(session, self.clock, store, external_id)

    def user_by_id(self, session: Session, store: StoreRecord, user_id: str) -> UserRecord:
        """Return the user of the store with this ID; see `users.by_id`."""
        return users.by_id(session, self.clock, store, user_id)

    def user_named(self, session: Session, who: Who) -> UserRecord:
        """Return a user; see `named.user`."""
        return named.user(session, self.clock, who)

    def user_and_policy(self, session: Session, who: Who, policy: str) -> tuple[UserRecord, PolicyRecord]:
        """Return a user and the TOTP policy of this name; see `named.user_and_policy`."""
        return named.user_and_policy(session, self.clock, who, policy)

    def user_as_seen(self, session: Session, store: StoreRecord, user_id: str, version: str) -> UserRecord:
        """Return the user of the store with this ID, unless they were changed; see `users.as_seen`."""
        return users.as_seen(session, self.clock, store, user_id, version)

    def user_or_none(self, session: Session, store: StoreRecord, external_id: str) -> UserRecord | None:
        """Return the user of the store with this external ID, or None."""
        return users.find(session, self.clock, store, external_id)

    def update_user(
        self,
        session: Session,
        user: UserRecord,
        *,
        instance_id: str | None = None,
        cause: Cause | None = None,
        **changes: Unpack[UserChanges],
    ) -> UserRecord:
        """Change what is given; `attributes` are all of them. See `users.update`."""
        return users.update(session, self.clock, user, changes, instance_id=instance_id, cause=cause)

    def delete_user(
        self, session: Session, user: UserRecord, *, instance_id: str | None = None, cause: Cause | None = None
    ) -> None:
        """Delete a user with every credential; see `users.remove`."""
        users.remove(session, self.clock, user, instance_id=instance_id, cause=cause)

    def lock_user(  # noqa: PLR0913 - who, why, until when, by whom and where
        self,
        session: Session,
        user: UserRecord,
        reason: str = "",
        *,
        until: datetime | None = None,
        instance_id: str | None = None,
        cause: Cause | None = None,
    ) -> UserRecord:
        """Shut a user out, until a time or until somebody unlocks them; see `locks.lock`."""
        return locks.lock(session, self.clock, user, reason, until=until, instance_id=instance_id, cause=cause)

    def unlock_user(
        self, session: Session, user: UserRecord, *, instance_id: str | None = None, cause: Cause | None = None
    ) -> UserRecord:
        """End every lock and wait of a user; see `locks.unlock`."""
        return locks.unlock(session, self.clock, user, instance_id=instance_id, cause=cause)

    def create_policy(
        self,
        session: Session,
        name: str,
        *,
        issuer: str,
        cause: Cause | None = None,
        **settings: Unpack[PolicyOptions],
    ) -> PolicyRecord:
        """Make a TOTP policy; see `policies.create`, and `PolicySettings` for what it may say."""
        return policies.create(session, self.clock, name, PolicySettings(issuer=issuer, **settings), cause=cause)

    def update_policy(
        self, session: Session, policy: PolicyRecord, *, cause: Cause | None = None, **changes: Unpack[PolicyChanges]
    ) -> PolicyRecord:
        """Change settings of a TOTP policy; see `policies.update`."""
        return policies.update(session, self.clock, policy, changes, cause=cause)

    def policy_by_id(self, session: Session, policy_id: str) -> PolicyRecord:
        """Return the TOTP policy with this id; see `policies.by_id`."""
        return policies.by_id(session, policy_id)

    def policy_as_seen(self, session: Session, policy_id: str, version: str) -> PolicyRecord:
        """Return the TOTP policy with this id, unless it was changed; see `policies.as_seen`."""
        return policies.as_seen(session, policy_id, version)

    def policy(self, session: Session, name: str) -> PolicyRecord:
        """Return the TOTP policy of this name; see `policies.get`."""
        return policies.get(session, name)

    def policy_or_none(self, session: Session, name: str) -> PolicyRecord | None:
        """Return the TOTP policy of this name, or None."""
        return policies.find(session, name)

    def is_registered(self, session: Session, user: UserRecord, policy: PolicyRecord) -> bool:
        """Tell whether the user has a current registration under the policy."""
        return totp.is_registered(session, user, policy)

    def register_totp(self, session: Session, user: UserRecord, policy: PolicyRecord) -> CredentialRecord:
        """Register a new secret for the user at once; see `totp.register`."""
        return totp.register(session, self.vault, self.clock, user, policy, random=self.random)

    def start_registration(
        self, session: Session, user: UserRecord, policy: PolicyRecord, instance_id: str
    ) -> StartedRegistration:
        """Start a registration that a code completes; see `registration.start`."""
        return registration.start(session, self.vault, self.clock, user, policy, instance_id, random=self.random)

    def complete_registration(
        self, session: Session, registration_id: str, code: str, instance_id: str
    ) -> CredentialRecord:
        """Complete a registration by its first code; see `registration.complete`."""
        return registration.complete(session, self.vault, self.clock, registration_id, code, instance_id)

    def authenticate_totp(  # noqa: PLR0913 - who proves what, how, where
        self,
        session: Session,
        user: UserRecord,
        policy: PolicyRecord,
        code: str,
        instance_id: str,
        *,
        max_attempts: int | None = None,
    ) -> Authentication:
        """Check a user's code; see `authentication.authenticate`."""
        return authentication.authenticate(
            session, self.vault, self.clock, user, policy, code, instance_id, max_attempts=max_attempts
        )

    def deregister_totp(
        self,
        session: Session,
        user: UserRecord,
        policy: PolicyRecord,
        instance_id: str | None = None,
        *,
        cause: Cause | None = None,
    ) -> None:
        """End the user's registration under the policy; see `totp.deregister`."""
        totp.deregister(session, self.clock, user, policy, instance_id, cause=cause)

    def current_totp(self, session: Session, user: UserRecord, policy: PolicyRecord, instance_id: str) -> CurrentTotp:
        """Return the user's registration, to be shown again by the instance; see `display.current`."""
        return display.current(session, self.clock, user, policy, instance_id)

    def generate_recovery_codes(
        self, session: Session, user: UserRecord, instance_id: str
    ) -> tuple[SecretReference, ...]:
        """Make new recovery codes, to be shown once by the instance; see `recovery.generate`."""
        return recovery.generate(session, self.vault, self.clock, user, instance_id, random=self.random)

    def verify_recovery_code(self, session: Session, user: UserRecord, code: str, instance_id: str) -> None:
        """Use up a recovery code; see `recovery.verify`."""
        recovery.verify(session, self.vault, self.clock, user, code, instance_id)

    def reveal(self, session: Session, reference: SecretReference, known: Revealed | None = None) -> str:
        """Return the secret that the reference stands for; see `reveal.reveal`."""
        return reveal(session, self.vault, self.clock, reference, known)

    def forget_expired(self, session: Session, limit: int = 100) -> int:
        """Delete what no longer counts: registrations that nobody completed, copies of recovery codes, old displays.

        At most `limit` registrations at once; returns how many things were deleted. Nothing depends on when it runs.
        """
        expired = registration.forget_expired(session, self.clock, limit)
        return expired + recovery.forget_old(session, self.clock) + display.forget_old(session, self.clock)
