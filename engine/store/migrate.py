"""Brings the tables to the newest version, with Alembic.

A migration runs inside the caller's transaction: of two processes that start at once, the second waits (for the write
lock of SQLite, for an advisory lock on PostgreSQL) and finds the work done.
"""

from functools import cache
from pathlib import Path
from threading import Lock

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
    if is_current(connection):
        return
    newer = newer_version(connection)
    if newer is not None:
        raise DatabaseTooNew(
            f"The tables have version {newer}, which this version of Idflow does not know. Install the newer "
            "version, or restore the backup that was made before it ran."
        )
    # Seldom needed: without it, a start takes a tenth less.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    # The percent sign begins an interpolation in Alembic's configuration.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _environment:
        command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Tell whether the tables have the newest version that this program knows."""
    return version(connection) == max(_known())


def newer_version(connection: Connection) -> str | None:
    """Return the version of the tables when this program does not know it; None when it does, or there are none."""
    found = version(connection)
    return found if found is not None and found not in _known() else None


@cache
def _known() -> frozenset[str]:
    # The name of a migration's file begins with its revision, and they are numbered.
    return frozenset(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*.py"))


def version(connection: Connection) -> str | None:
    """Return the version of the tables; None when there are none."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found
