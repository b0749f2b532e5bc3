"""Brings the tables to the newest version, with Alembic; says which programs may work on them.

While an installation is upgraded node by node, processes of two versions work on one database. So a migration only
adds (expand): what it makes useless is dropped by the next version but one (contract), when nobody uses it any more. A
program that does not know the version of the tables works on them all the same as long as it knows their floor.

A migration runs inside the caller's transaction: of two processes that start at once, the second waits (for the write
lock of SQLite, for an advisory lock on PostgreSQL) and finds the work done.
"""

from enum import Enum, auto
from functools import cache
from pathlib import Path
from threading import Lock

import structlog
from sqlalchemy import Connection, delete, insert, select

from engine.errors import Refused
from engine.store.models import Base, SchemaFloor

FLOOR = "0020"
"""The oldest revision whose programs may work on the tables of this version; raised by a migration that contracts."""

MIGRATIONS = Path(__file__).with_name("migrations")

_FLOORS = Base.metadata.tables[SchemaFloor.__tablename__]

# Alembic's environment belongs to the whole process, so two threads cannot migrate two databases at once.
_environment = Lock()


log = structlog.get_logger()


class Fit(Enum):
    """How the version of the tables fits a program."""

    CURRENT = auto()
    """It is the program's own."""
    OLDER = auto()
    """There are migrations to run, or no tables."""
    NEWER = auto()
    """The program does not know it, and may work on it: its installation is being upgraded."""
    TOO_NEW = auto()


class DatabaseTooNew(Refused):
    """The database was made by a version of Idflow that is too much newer."""

    code = "database-too-new"


def upgrade(connection: Connection) -> None:
    """Run every migration that the database lacks; when it lacks none, change nothing.

    Nothing happens either when a newer version has made them that lets this one work on them.

    Raises:
        DatabaseTooNew: when its version is one that this program does not have, nor its floor.

    """
    fits, newer = fit(connection), newer_version(connection)
    if fits is Fit.CURRENT:
        return
    if fits is Fit.NEWER:
        log.warning("database_newer", version=newer, known=max(_known()))
        return
    if fits is Fit.TOO_NEW:
        raise DatabaseTooNew(
            f"The tables have version {newer}, which this version of Idflow does not know. Install the newer "
            "version, or restore the backup that was made before it ran."
        )
    # Seldom needed: without it, a start takes a tenth less.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - takes long to load, and is needed when tables are made

    config = Config(attributes={"connection": connection})
    # The percent sign begins an interpolation in Alembic's configuration.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _environment:
        command.upgrade(config, "head")
    connection.execute(delete(_FLOORS))
    connection.execute(insert(_FLOORS).values(id=1, revision=FLOOR))


def fit(connection: Connection) -> Fit:
    """Tell how the version of the tables fits this program."""
    current, known = version(connection), _known()
    if current == max(known):
        return Fit.CURRENT
    if current is None or current in known:
        return Fit.OLDER
    floor = connection.execute(select(_FLOORS.c.revision)).scalar() if _has(connection, _FLOORS.name) else None
    return Fit.NEWER if floor in known else Fit.TOO_NEW


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
    if not _has(connection, "alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def _has(connection: Connection, table: str) -> bool:
    return connection.dialect.has_table(connection, table)
