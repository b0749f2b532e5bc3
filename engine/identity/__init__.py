"""Identity stores, their users, TOTP policies and registrations, and the vault that seals secrets.

`Identity` is the door for everyone else. Its methods work in the caller's transaction and return frozen records without
secrets; a business outcome (`UserNotFound`, `TotpNotRegistered`, …) is a BPMN error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any

from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.identity import policies, stores, totp, users
from engine.identity.kek import KeyFileExposed, KeyInvalid, key_encryption_key
from engine.identity.otpauth import DEFAULT_DIGITS, DEFAULT_PERIOD
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

    def create_store(self, session: Session, name: str, *, locale: str = "en", time_zone: str = "UTC") -> StoreRecord:
        """Make an identity store; see `stores.create`."""
        return stores.create(session, self.clock, name, locale, time_zone)

    def store(self, session: Session, name: str) -> StoreRecord:
        """Return the identity store of this name; see `stores.get`."""
        return stores.get(session, name)

    def store_or_none(self, session: Session, name: str) -> StoreRecord | None:
        """Return the identity store of this name, or None."""
        return stores.find(session, name)

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
    ) -> UserRecord:
        """Make a user of the store; see `users.create`."""
        new = NewUser(external_id, attributes or {}, locale, time_zone, status)
        return users.create(session, self.clock, store, new)

    def user_by_external_id(self, session: Session, store: StoreRecord, external_id: str) -> UserRecord:
        """Return the user of the store with this external ID; see `users.by_external_id`."""
        return users.by_external_id(session, store, external_id)

    def user_by_id(self, session: Session, store: StoreRecord, user_id: str) -> UserRecord:
        """Return the user of the store with this ID; see `users.by_id`."""
        return users.by_id(session, store, user_id)

    def user_or_none(self, session: Session, store: StoreRecord, external_id: str) -> UserRecord | None:
        """Return the user of the store with this external ID, or None."""
        return users.find(session, store, external_id)

    def create_policy(  # noqa: PLR0913 - everything that a policy says
        self,
        session: Session,
        name: str,
        *,
        issuer: str,
        algorithm: Algorithm = Algorithm.SHA1,
        digits: int = DEFAULT_DIGITS,
        period: int = DEFAULT_PERIOD,
        redisplay: Redisplay = Redisplay.WITH_TOKEN,
    ) -> PolicyRecord:
        """Make a TOTP policy; see `policies.create`."""
        new = NewPolicy(name, issuer, algorithm, digits, period, redisplay)
        return policies.create(session, self.clock, new)

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
        """Register a new secret for the user; see `totp.register`."""
        return totp.register(session, self.vault, self.clock, user, policy, random=self.random)

    def current_totp(self, session: Session, user: UserRecord, policy: PolicyRecord, instance_id: str) -> CurrentTotp:
        """Return the user's registration, to be shown again by the instance; see `totp.current`."""
        return totp.current(session, user, policy, instance_id)

    def reveal(self, session: Session, reference: SecretReference) -> str:
        """Return the secret that the reference stands for; see `totp.reveal`."""
        return totp.reveal(session, self.vault, reference)
