"""The database: SQLAlchemy models, transactions, Alembic migrations."""

from engine.store.accounts import (
    Account,
    AccountRecoveryCode,
    AccountSession,
    ApiKey,
    ResetLink,
    SecondFactor,
    SignInFailures,
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
    TotpCredential,
    TotpPolicy,
    User,
)
from engine.store.sandboxes import SandboxRow

__all__ = [
    "Account",
    "AccountRecoveryCode",
    "AccountSession",
    "ApiKey",
    "AttachmentRow",
    "Attempts",
    "AuditEvent",
    "Base",
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
    "Job",
    "Mail",
    "MemoryDatabase",
    "Message",
    "ProcessToken",
    "RecoveryCode",
    "ResetLink",
    "SandboxRow",
    "SavedStateRow",
    "SecondFactor",
    "SignInFailures",
    "StartSubscription",
    "Subscription",
    "TotpAuthentication",
    "TotpCredential",
    "TotpDisplay",
    "TotpPolicy",
    "User",
    "Way",
    "guard",
    "holds_rows",
    "keep",
    "late",
    "queue",
    "write_late",
]
