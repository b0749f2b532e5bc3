"""The tables, one noun a file. A row is plain data: rules live with the noun that owns the table.

All of them are declared once this is imported, so `Base.metadata` is complete wherever it is asked.
"""

from engine.store.models.accounts import (
    Account,
    AccountIdentity,
    AccountRecoveryCode,
    AccountSession,
    ApiKey,
    ResetLink,
    SecondFactor,
    SignInFailures,
    UsedAnswer,
)
from engine.store.models.attachments import AttachmentRow
from engine.store.models.audit import AuditAccount, AuditCheckpoint, AuditEvent
from engine.store.models.background import Job, Message, StartSubscription, Subscription
from engine.store.models.base import ID, Base
from engine.store.models.deployed import Decision, Definition, Form
from engine.store.models.drafts import DraftRow, SavedStateRow
from engine.store.models.factors import Attempts, RecoveryCode, TotpAuthentication, TotpDisplay
from engine.store.models.identity import IdentityStore, StoreStatus, User, UserStatus
from engine.store.models.instances import HistoryRow, Instance, InstanceStatus
from engine.store.models.mail import Mail
from engine.store.models.nodes import CookieKey, SchemaFloor
from engine.store.models.openings import TokenOpening
from engine.store.models.parameters import InstanceParameter, TokenParameter
from engine.store.models.replies import Reply
from engine.store.models.sandboxes import SandboxRow
from engine.store.models.settings import SettingFileRow, SettingRow
from engine.store.models.tokens import ProcessToken, TokenStatus, TokenType
from engine.store.models.totp import CredentialStatus, Redisplay, TotpCredential, TotpPolicy
from engine.store.models.vault import DataKey
from engine.store.models.webhooks import Webhook, WebhookAttempt, WebhookDelivery

__all__ = [
    "ID",
    "Account",
    "AccountIdentity",
    "AccountRecoveryCode",
    "AccountSession",
    "ApiKey",
    "AttachmentRow",
    "Attempts",
    "AuditAccount",
    "AuditCheckpoint",
    "AuditEvent",
    "Base",
    "CookieKey",
    "CredentialStatus",
    "DataKey",
    "Decision",
    "Definition",
    "DraftRow",
    "Form",
    "HistoryRow",
    "IdentityStore",
    "Instance",
    "InstanceParameter",
    "InstanceStatus",
    "Job",
    "Mail",
    "Message",
    "ProcessToken",
    "RecoveryCode",
    "Redisplay",
    "Reply",
    "ResetLink",
    "SandboxRow",
    "SavedStateRow",
    "SchemaFloor",
    "SecondFactor",
    "SettingFileRow",
    "SettingRow",
    "SignInFailures",
    "StartSubscription",
    "StoreStatus",
    "Subscription",
    "TokenOpening",
    "TokenParameter",
    "TokenStatus",
    "TokenType",
    "TotpAuthentication",
    "TotpCredential",
    "TotpDisplay",
    "TotpPolicy",
    "UsedAnswer",
    "User",
    "UserStatus",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
]
