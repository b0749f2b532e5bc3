"""The database: transactions, locks, Alembic migrations; its tables are in `engine.store.models`."""

from engine.store.backend import DatabaseBusy, DatabaseUnavailable, Way, Write, guard, holds_rows, queue
from engine.store.database import Database, keep, late, write_late
from engine.store.memory import MemoryDatabase

__all__ = [
    "Database",
    "DatabaseBusy",
    "DatabaseUnavailable",
    "MemoryDatabase",
    "Way",
    "Write",
    "guard",
    "holds_rows",
    "keep",
    "late",
    "queue",
    "write_late",
]
