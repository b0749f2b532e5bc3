"""Identity stores, their users, TOTP policies and registrations, and the vault that seals secrets.

`Identity` is the door for everyone else. Its methods work in the caller's transaction and return frozen records without
secrets; a business outcome (`UserNotFound`, `TotpNotRegistered`, …) is a BPMN error.
"""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_bytes

from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.identity import policies, stores, totp, users
from engine.identity.kek import KeyFileExposed, KeyInvalid, key_encryption_key
from engine.identity.policies import Algorithm, NewPolicy, PolicyNotFound, PolicyRecord
from engine.identity.stores import StoreNotFound, StoreRecord
from engine.identity.texts import IdentityInvalid, NameTaken
from engine.identity.totp import (
    CredentialRecord,
    CurrentTotp,
    SecretGone,
    TotpAlreadyRegistered,
    TotpDisplayDenied,
    TotpNotRegistered,
)
from engine.identity.users import ExtIdNotUnique, NewUser, UserLocked, UserNotFound, UserRecord
from engine.identity.vault import SealBroken, Vault, VaultKeyWrong
from engine.store.models import Redisplay, UserStatus
from engine.variables import SecretReference

__all__ = [
    "Algorithm",
    "CredentialRecord",
    "CurrentTotp",
    "ExtIdNotUnique",
    "Identity",
    "IdentityInvalid",
    "KeyFileExposed",
    "KeyInvalid",
    "NameTaken",
    "NewPolicy",
    "NewUser",
    "PolicyNotFound",
    "PolicyRecord",
    "Redisplay",
    "SealBroken",
    "SecretGone",
    "StoreNotFound",
    "StoreRecord",
    "TotpAlreadyRegistered",
    "TotpDisplayDenied",
    "TotpNotRegistered",
    "UserLocked",
    "UserNotFound",
    "UserRecord",
    "UserStatus",
    "Vault",
    "VaultKeyWrong",
    "key_encryption_key",
]


@dataclass(frozen=True, slots=True)
class Identity:
    """The identities of an installation. What each method raises is said where it is done."""

    vault: Vault
    clock: Clock
    random: Callable[[int], bytes] = token_bytes
    """Makes the secrets."""

    def add_store(self, session: Session, name: str, *, locale: str = "en", time_zone: str = "UTC") -> StoreRecord:
        """Make an identity store; see `stores.add`."""
        return stores.add(session, self.clock, name, locale, time_zone)

    def store(self, session: Session, name: str) -> StoreRecord:
        """Return the identity store of this name; see `stores.get`."""
        return stores.get(session, name)

    def add_user(self, session: Session, store: StoreRecord, new: NewUser) -> UserRecord:
        """Make a user of the store; see `users.add`."""
        return users.add(session, self.clock, store, new)

    def user_by_external_id(self, session: Session, store: StoreRecord, external_id: str) -> UserRecord:
        """Return the user of the store with this external ID; see `users.by_external_id`."""
        return users.by_external_id(session, store, external_id)

    def user_by_id(self, session: Session, store: StoreRecord, user_id: str) -> UserRecord:
        """Return the user of the store with this ID; see `users.by_id`."""
        return users.by_id(session, store, user_id)

    def add_policy(self, session: Session, new: NewPolicy) -> PolicyRecord:
        """Make a TOTP policy; see `policies.add`."""
        return policies.add(session, self.clock, new)

    def policy(self, session: Session, name: str) -> PolicyRecord:
        """Return the TOTP policy of this name; see `policies.get`."""
        return policies.get(session, name)

    def register_totp(self, session: Session, user: UserRecord, policy: PolicyRecord) -> CredentialRecord:
        """Register a new secret for the user; see `totp.register`."""
        return totp.register(session, self.vault, self.clock, user, policy, random=self.random)

    def current_totp(self, session: Session, user: UserRecord, policy: PolicyRecord, instance_id: str) -> CurrentTotp:
        """Return the user's registration, to be shown again by the instance; see `totp.current`."""
        return totp.current(session, user, policy, instance_id)

    def reveal(self, session: Session, reference: SecretReference) -> str:
        """Return the secret that the reference stands for; see `totp.reveal`."""
        return totp.reveal(session, self.vault, reference)
