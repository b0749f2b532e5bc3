"""The database: SQLAlchemy models, transactions, Alembic migrations."""

from engine.store.background import Job, Message, StartSubscription, Subscription
from engine.store.database import Database
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

__all__ = [
    "AuditEvent",
    "Base",
    "DataKey",
    "Database",
    "Decision",
    "Definition",
    "Form",
    "HistoryRow",
    "IdentityStore",
    "Instance",
    "Job",
    "Message",
    "ProcessToken",
    "StartSubscription",
    "Subscription",
    "TotpCredential",
    "TotpPolicy",
    "User",
]
