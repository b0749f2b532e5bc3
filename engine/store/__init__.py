"""The database: SQLAlchemy models, transactions, Alembic migrations."""

from engine.store.accounts import (
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
from engine.store.attachments import AttachmentRow
from engine.store.backend import DatabaseBusy, DatabaseUnavailable, Way, guard, holds_rows, queue
from engine.store.background import Job, Message, StartSubscription, Subscription
from engine.store.database import Database, keep, late, write_late
from engine.store.drafts import DraftRow, SavedStateRow
from engine.store.factors import Attempts, RecoveryCode, TotpAuthentication, TotpDisplay
from engine.store.mail import Mail
from engine.store.memory import MemoryDatabase
from engine.store.models import (
    AuditEvent,
    Base,
    DataKey,
    Decision,
    Definition,
    Form,
    HistoryRow,
    IdentityStore,
    Instance,
    ProcessToken,
    Reply,
    TotpCredential,
    TotpPolicy,
    User,
)
from engine.store.nodes import CookieKey, SchemaFloor
from engine.store.openings import TokenOpening
from engine.store.parameters import InstanceParameter, TokenParameter
from engine.store.sandboxes import SandboxRow
from engine.store.settings import SettingFileRow, SettingRow
from engine.store.webhooks import Webhook, WebhookAttempt, WebhookDelivery

__all__ = [
    "Account",
    "AccountIdentity",
    "AccountRecoveryCode",
    "AccountSession",
    "ApiKey",
    "AttachmentRow",
    "Attempts",
    "AuditEvent",
    "Base",
    "CookieKey",
    "DataKey",
    "Database",
    "DatabaseBusy",
    "DatabaseUnavailable",
    "Decision",
    "Definition",
    "DraftRow",
    "Form",
    "HistoryRow",
    "IdentityStore",
    "Instance",
    "InstanceParameter",
    "Job",
    "Mail",
    "MemoryDatabase",
    "Message",
    "ProcessToken",
    "RecoveryCode",
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
    "Subscription",
    "TokenOpening",
    "TokenParameter",
    "TotpAuthentication",
    "TotpCredential",
    "TotpDisplay",
    "TotpPolicy",
    "UsedAnswer",
    "User",
    "Way",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "guard",
    "holds_rows",
    "keep",
    "late",
    "queue",
    "write_late",
]
