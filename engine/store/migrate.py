"""Brings the tables to the newest version, with Alembic.

A migration runs inside the caller's transaction: on SQLite, of two processes that start at once the second waits for
the write lock and finds the work done.
"""

from functools import cache
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from engine.errors import Refused

MIGRATIONS = Path(__file__).with_name("migrations")

# Alembic's environment belongs to the whole process, so two threads cannot migrate two databases at once.
_environment = Lock()


class DatabaseTooNew(Refused):
    """The database was made by a newer version of Idflow."""

    code = "database-too-new"


def upgrade(connection: Connection) -> None:
    """Run every migration that the database lacks; when it lacks none, change nothing.

    Raises:
        DatabaseTooNew: when its version is one that this program does not have.

    """
    current = MigrationContext.configure(connection).get_current_heads()
    newest, known = _revisions(MIGRATIONS)
    if current == newest:
        return
    unknown = [revision for revision in current if revision not in known]
    if unknown:
        raise DatabaseTooNew(
            f"The tables have version {unknown[0]}, which this version of Idflow does not know. Install the newer "
            "version, or restore the backup that was made before it ran."
        )
    config = _config(MIGRATIONS)
    config.attributes["connection"] = connection
    with _environment:
        command.upgrade(config, "head")


def _config(folder: Path) -> Config:
    config = Config()
    # The percent sign begins an interpolation in Alembic's configuration.
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


# Alembic runs every migration's file to find this out, which takes longer than all else that opens an installation.
@cache
def _revisions(folder: Path) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the newest revisions of the migrations in a folder, and all of them."""
    script = ScriptDirectory.from_config(_config(folder))
    return tuple(script.get_heads()), frozenset(revision.revision for revision in script.walk_revisions())
