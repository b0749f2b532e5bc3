"""Copies a whole installation from SQLite to PostgreSQL, or back.

tables     the rows of every table, as they are, and what they come to
ends       the two databases, and whether this can be done at all
copying    one transaction: written, read back, compared, committed
"""

from engine.database_copy.copying import Copied, copy, look
from engine.database_copy.errors import (
    CopyDiffers,
    PostgresNotNamed,
    RowsRefused,
    SourceKeyMissing,
    SourceMissing,
    SourceNotUpgraded,
    SourceTrailBroken,
    TargetNotEmpty,
    VersionsDiffer,
)

__all__ = [
    "Copied",
    "CopyDiffers",
    "PostgresNotNamed",
    "RowsRefused",
    "SourceKeyMissing",
    "SourceMissing",
    "SourceNotUpgraded",
    "SourceTrailBroken",
    "TargetNotEmpty",
    "VersionsDiffer",
    "copy",
    "look",
]
