"""The database: whether it answers, its version, its journal, the vault, the end of the audit trail, its jobs."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.audit.checkpoints import Checkpoints, read_from
from engine.audit.verification import verify
from engine.clock import Clock
from engine.config import Settings
from engine.errors import IdflowError
from engine.identity import Vault
from engine.identity.kek import existing_key
from engine.jobs import jobs_of
from engine.store import Database, DatabaseBusy, DatabaseUnavailable
from engine.store.migrate import Fit
from engine.store.models import AuditEvent, DataKey
from webui.doctor.finding import Finding, error, ok, warning

NEWEST_EVENTS = 1000
"""How many events at the end of the audit trail are verified."""

CLOCKS_APART = timedelta(seconds=10)
"""How far apart the clocks of this machine and of the database may be, or the newest event be ahead."""

DUE_TOO_LONG = timedelta(minutes=5)
"""For how long a job may be due before somebody should look whether anything does jobs."""

_JOURNAL = "wal"


def examine(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Look at the database of the settings; where there is none, none is made."""
    if settings.postgres is None:
        if not settings.database.exists():
            yield ok("database", f"There is no database in {settings.data.absolute()} yet; idflow run makes it.")
            return
        yield from _journal(settings)
    database: Database | None = None
    try:
        database = Database(settings.database_url, settings.postgres, only_looks=True)
        yield from _opened(settings, database, clock)
    except (IdflowError, SQLAlchemyError) as wrong:
        yield _unreachable(settings, wrong)
    finally:
        if database is not None:
            database.close()


def _unreachable(settings: Settings, wrong: Exception) -> Finding:
    cause = str(wrong.__cause__ or wrong).strip().partition("\n")[0]
    if settings.postgres is None and isinstance(wrong, DatabaseBusy) and not isinstance(wrong, DatabaseUnavailable):
        remedy = "Wait until idflow database copy, or what else it is, is done."
        return error("database", f"Another process has {settings.database} for itself.", remedy)
    if settings.postgres is None:
        remedy = "Restore a backup into this folder (idflow restore), or choose another by --data."
        return error("database", f"{settings.database} cannot be read: {cause}.", remedy)
    remedy = "Look at IDFLOW_DATABASE_URL, its password, the network, and whether the server runs."
    return error("database", f"The database server does not answer: {cause}.", remedy)


def _journal(settings: Settings) -> Iterator[Finding]:
    """Read the mode: who opens the file to work on it sets it."""
    try:
        with closing(sqlite3.connect(f"{settings.database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    except sqlite3.Error:
        # What is wrong with it is said by who opens it.
        return
    if mode != _JOURNAL:
        remedy = "Nothing on a local disk: it is set when Idflow opens the file. It cannot work on a network drive."
        yield warning("journal", f"The journal mode of the database is {mode}, and not {_JOURNAL}.", remedy)
    else:
        yield ok("journal", "The database writes ahead (WAL).")


def _opened(settings: Settings, database: Database, clock: Clock) -> Iterator[Finding]:
    if not database.is_made():
        yield ok("database", f"{_name(database)} answers, and is empty; idflow run makes the tables.")
        return
    yield ok("database", f"{_name(database)} answers.")
    fits = database.fit()
    if fits is Fit.NEWER:
        remedy = "Install that version here, too, when all other machines have it."
        yield warning(
            "migrations", "The tables are those of a newer version, which lets this one work on them.", remedy
        )
    elif fits is not Fit.CURRENT:
        yield _other_version(database)
        return
    else:
        yield ok("migrations", "The tables have the version of this program.")
    with database.read() as session:
        yield _clocks(session, database, clock.now())
        try:
            vault = _vault(settings, session, clock)
        except (IdflowError, OSError) as wrong:
            text = wrong.message if isinstance(wrong, IdflowError) else f"The key cannot be read: {wrong.strerror}."
            yield error("vault", text, "Put the key back that the database was made with.")
            return
        if vault is None:
            yield ok("vault", "Nothing was sealed yet.")
            return
        yield ok("vault", "The key opens every data key.")
        yield _trail(settings, session, vault, clock)
        yield _jobs(session, database, clock)


def _name(database: Database) -> str:
    """Return what kind of database it is, and which one."""
    url, info = database.engine.url, database.engine.dialect.server_version_info or ()
    if database.is_sqlite:
        return f"SQLite ({url.database})"
    return (
        f"PostgreSQL {'.'.join(map(str, info))} ({url.database} on {url.host or url.query.get('host', 'this machine')})"
    )


def _jobs(session: Session, database: Database, clock: Clock) -> Finding:
    found, now = jobs_of(database, clock).stats(session), clock.now()
    if found.due_since is not None and now - found.due_since > DUE_TOO_LONG:
        since = f"{found.due_since:%Y-%m-%d %H:%M:%S} UTC"
        text = f"{found.due} jobs are due, the first since {since}: timers, mails and calls wait."
        return warning("jobs", text, "Start idflow worker (or idflow run), or more of them.")
    if found.failed:
        text = f"{found.failed} jobs were given up."
        return warning("jobs", text, "See why (idflow job list --failed), then have them done (idflow job retry).")
    return ok("jobs", f"No job is late; {found.later} will be due.")


def _other_version(database: Database) -> Finding:
    newer = database.newer_version()
    if newer is not None:
        return error(
            "migrations",
            f"A newer version of Idflow has made the tables (version {newer}).",
            "Install the newer version, or restore the backup that was made before it ran.",
        )
    return warning("migrations", "The tables are those of an older version.", "Make a backup, then run idflow migrate.")


def _clocks(session: Session, database: Database, now: datetime) -> Finding:
    newest = session.scalar(select(func.max(AuditEvent.at)))
    if newest is not None and newest - now > CLOCKS_APART:
        remedy = "Look at the clock of this machine, and keep it by NTP."
        return error(
            "clock-order", f"The newest event of the audit trail is of {newest:%Y-%m-%d %H:%M:%S} UTC.", remedy
        )
    if not database.is_sqlite:
        theirs = session.scalar(select(func.now()))
        if isinstance(theirs, datetime) and abs(theirs - now) > CLOCKS_APART:
            remedy = "Keep both machines by NTP."
            return warning("clock-order", f"The database server says {theirs:%Y-%m-%d %H:%M:%S} UTC.", remedy)
    return ok("clock-order", "No event is of a later time than now.")


def _vault(settings: Settings, session: Session, clock: Clock) -> Vault | None:
    """Return the opened vault; None while there are no data keys."""
    if session.scalar(select(DataKey.id).limit(1)) is None:
        return None
    return Vault.open(session, existing_key(settings), clock)


def _trail(settings: Settings, session: Session, vault: Vault, clock: Clock) -> Finding:
    signing = Checkpoints(vault.derive("audit-checkpoint"), clock)
    file = settings.checkpoints
    try:
        kept = [*signing.kept(session), *(read_from(file) if file.exists() else ())]
    except (IdflowError, OSError) as wrong:
        return warning("audit", f"{file} cannot be read: {wrong}.", "Put a copy of that file back.")
    found = verify(session, kept, signing.public_key, newest=NEWEST_EVENTS)
    if found.breaks:
        remedy = "Run idflow audit verify for all of it, and find out who can write to the database."
        return error("audit", f"The audit trail was changed: {found.breaks[0].message}", remedy)
    return ok("audit", f"The newest events of the audit trail are whole, up to event {found.last}.")
