"""Brings the tables to the newest version, with Alembic.

A migration runs inside the caller's transaction: on SQLite, of two processes that start at once the second waits for
the write lock and finds the work done.
"""

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
    config = Config(attributes={"connection": connection})
    # The percent sign begins an interpolation in Alembic's configuration.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_heads()
    if current == tuple(script.get_heads()):
        return
    known = {revision.revision for revision in script.walk_revisions()}
    unknown = [revision for revision in current if revision not in known]
    if unknown:
        raise DatabaseTooNew(
            f"The tables have version {unknown[0]}, which this version of Idflow does not know. Install the newer "
            "version, or restore the backup that was made before it ran."
        )
    with _environment:
        command.upgrade(config, "head")
