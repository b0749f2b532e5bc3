"""Backups of an installation on SQLite: made while it runs, restored while it does not.

archive    the file: a tar archive with a list of what is in it
making     the database of one moment, and the checkpoints of its audit trail
restoring  looks at everything first, then puts it in place; what was there is kept beside it
"""

from engine.backup.archive import BackupElsewhere, BackupInvalid, Contents
from engine.backup.making import BackupExists, make
from engine.backup.restoring import (
    InstallationNewer,
    InstallationOther,
    InstallationRunning,
    KeyMissing,
    Restored,
    TrailBroken,
    restore,
)

__all__ = [
    "BackupElsewhere",
    "BackupExists",
    "BackupInvalid",
    "Contents",
    "InstallationNewer",
    "InstallationOther",
    "InstallationRunning",
    "KeyMissing",
    "Restored",
    "TrailBroken",
    "make",
    "restore",
]
