"""The database: SQLAlchemy models, transactions, Alembic migrations."""

from engine.store.database import Database
from engine.store.models import (
    AuditEvent,
    Base,
    DataKey,
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
    "Definition",
    "Form",
    "HistoryRow",
    "IdentityStore",
    "Instance",
    "ProcessToken",
    "TotpCredential",
    "TotpPolicy",
    "User",
]
