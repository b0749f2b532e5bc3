"""Identity stores, their users, TOTP from registration to recovery, and the vault that seals secrets.

`Identity` is the door for everyone else. Its methods work in the caller's writing transaction and return frozen records
without secrets; a business outcome (`UserNotFound`, `TotpNotRegistered`, …) is a BPMN error.
"""

from engine.identity.authentication import Authentication, TotpAuthenticationFailed
from engine.identity.cause import Cause
from engine.identity.display import CurrentTotp, TotpDisplayDenied
from engine.identity.guessing import guess_probability
from engine.identity.identity import Identity
from engine.identity.kek import KeyFileExposed, KeyInvalid, key_encryption_key
from engine.identity.named import Who
from engine.identity.policies import Algorithm, PolicyChanges, PolicyNotFound, PolicyRecord, PolicySettings
from engine.identity.recovery import RecoveryCodeInvalid
from engine.identity.references import SecretGone, SecretKind
from engine.identity.registration import StartedRegistration, TotpCodeInvalid, TotpRegistrationExpired
from engine.identity.reveal import Revealed
from engine.identity.stores import StoreNotFound, StoreRecord
from engine.identity.texts import IdentityInvalid, NameTaken
from engine.identity.totp import CredentialRecord, TotpAlreadyRegistered, TotpNotRegistered
from engine.identity.user_records import ExtIdNotUnique, UserChanges, UserLocked, UserNotFound, UserRecord
from engine.identity.vault import SealBroken, Vault, VaultKeyWrong
from engine.store.models import CredentialStatus, Redisplay, StoreStatus, UserStatus

__all__ = [
    "Algorithm",
    "Authentication",
    "Cause",
    "CredentialRecord",
    "CredentialStatus",
    "CurrentTotp",
    "ExtIdNotUnique",
    "Identity",
    "IdentityInvalid",
    "KeyFileExposed",
    "KeyInvalid",
    "NameTaken",
    "PolicyChanges",
    "PolicyNotFound",
    "PolicyRecord",
    "PolicySettings",
    "RecoveryCodeInvalid",
    "Redisplay",
    "Revealed",
    "SealBroken",
    "SecretGone",
    "SecretKind",
    "StartedRegistration",
    "StoreNotFound",
    "StoreRecord",
    "StoreStatus",
    "TotpAlreadyRegistered",
    "TotpAuthenticationFailed",
    "TotpCodeInvalid",
    "TotpDisplayDenied",
    "TotpNotRegistered",
    "TotpRegistrationExpired",
    "UserChanges",
    "UserLocked",
    "UserNotFound",
    "UserRecord",
    "UserStatus",
    "Vault",
    "VaultKeyWrong",
    "Who",
    "guess_probability",
    "key_encryption_key",
]
