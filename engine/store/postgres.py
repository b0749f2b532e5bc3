"""PostgreSQL: many writers, by psycopg.

A writer sees what others have committed at each of its statements (READ COMMITTED): so whoever has waited for a lock
sees what the one before has done, which a snapshot of the beginning would not show. A reader sees one moment
(REPEATABLE READ, READ ONLY), and never fails for it.

What one statement cannot wait for longer than is an error of ours: for a lock, `WAIT_SECONDS`; for its end, the
settings say. Deadlocks and serialization failures are `DatabaseBusy`, what is cut off is `DatabaseUnavailable`; both
mean that nothing was committed, but for a connection that is lost in the middle of a commit.

What is executed often is planned once per connection (psycopg prepares a statement when it comes the sixth time, and
forgets them all at a rollback), but for what is looked for by values of which some are rare and others are not
(`BY_VALUES`): a plan for any value would be a bad one for most. When somebody has changed a column's type since, the
statement fails once with `DatabaseBusy`, and is planned anew.

Advisory locks have two numbers: `_CLASS` and which one. Those of a session (`guard`) need a connection that stays the
same: a pooler in between must pool sessions, not transactions.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn
from zlib import crc32

import psycopg
import structlog
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, bindparam, create_engine, event, func, select, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

from engine.database_settings import DatabaseSettings
from engine.errors import IdflowError
from engine.store import backend
from engine.store.backend import (
    BY_VALUES,
    DatabaseBusy,
    DatabaseUnavailable,
    DatabaseUnsuitable,
    Locks,
    ValueRefused,
    Way,
)

log = structlog.get_logger()

GIVE_WAY_SECONDS = 0.5
"""How long a writer waits that stands behind others: less than it takes to find a deadlock, so that it is the loser."""

IDLE_SECONDS = 300
"""How long a transaction may do nothing before the server ends it: its process hangs."""

CONNECT_SECONDS = 5
"""How long it may take to connect."""

_CLASS, _GUARDS = 0x1DF10, 0x1DF11
"""The first numbers of the advisory locks: of queues, of guarded names."""

_ALONE, _MIGRATION = "alone", "migration"
_GUARDED = "idflow_guarded"

_QUEUE = select(func.pg_advisory_xact_lock(_CLASS, bindparam("number")))
_GUARD = select(func.pg_advisory_lock(_GUARDS, bindparam("number")))
_RELEASE = select(func.pg_advisory_unlock_all())
_GIVE_WAY = text(f"SET LOCAL lock_timeout = {int(GIVE_WAY_SECONDS * 1000)}")
_PATIENTLY = text("SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)")
_KIND = text(
    "SELECT pg_encoding_to_char(encoding), datlocprovider::text, datcollate, coalesce(to_jsonb(d) ->> 'datlocale', '')"
    " FROM pg_database d WHERE datname = current_database()"
)

_MAY = text("SELECT has_schema_privilege(current_schema(), 'CREATE'), current_user, current_schema()")

_BY_CODE_POINT = frozenset({"C", "POSIX", "C.UTF-8", "C.UTF8", "UCS_BASIC"})
_BUSY = frozenset({"40001", "40P01", "55P03", "57014"})
"""Serialization failure, deadlock, lock not available, statement timeout."""
_UNSUPPORTED, _STALE = "0A000", "cached plan"
"""What a prepared statement answers whose columns have other types by now, among much else with that code."""
_GONE = frozenset({"57P01", "57P02", "57P03", "57P05", "53300", "25P03"})
"""The server stops or starts, ends a session, or has no connection left."""


class _AdvisoryLocks:
    """Advisory locks of the transaction, and of the session."""

    def enter(self, session: Session, way: Way) -> None:
        if way is Way.ALONE:
            self.queue(session, _ALONE)
        elif way is Way.BEHIND:
            session.execute(_GIVE_WAY)

    def queue(self, session: Session, name: str) -> None:
        session.execute(_QUEUE, {"number": _number(name)})

    def guard(self, session: Session, name: str) -> None:
        guarded: set[str] = session.info.setdefault(_GUARDED, set())
        if name not in guarded:
            session.execute(_GUARD, {"number": _number(name)})
            guarded.add(name)

    def leave(self, session: Session) -> None:
        if session.info.pop(_GUARDED, None):
            session.execute(_RELEASE)
            session.commit()


class Postgres:
    """A database of a PostgreSQL server."""

    locks: Locks | None = _AdvisoryLocks()

    def __init__(self, url: URL, settings: DatabaseSettings) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self._settings = settings

    def engine(self) -> Engine:
        """Return what opens connections to it; none is opened yet."""
        settings = {
            "client_encoding": "UTF8",
            "timezone": "UTC",
            "lock_timeout": int(backend.WAIT_SECONDS * 1000),
            "statement_timeout": self._settings.statement_timeout * 1000,
            "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
        }
        arguments = {
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "idflow",
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            # A machine that is gone says nothing.
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        }
        engine = create_engine(
            self._url,
            connect_args=arguments,
            pool_size=self._settings.pool,
            # Whoever writes may have to read something else beside it.
            max_overflow=self._settings.pool,
            pool_timeout=backend.WAIT_SECONDS,
            isolation_level="READ COMMITTED",
        )
        event.listen(engine, "handle_error", _translate)
        event.listen(engine, "connect", _adapt)
        event.listen(engine, "checkout", _look)
        event.listen(engine, "do_execute", _plan)
        return engine

    def reading(self, engine: Engine) -> Engine:
        """Return the same for transactions that see one moment and change nothing."""
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def end_reading(self, session: Session) -> None:
        """Commit nothing: at a rollback, the driver would forget every statement that it has prepared."""
        session.expunge_all()
        if session.is_active:
            session.commit()

    def writing(self, engine: Engine) -> Engine:
        """Return the same for transactions that see what others have committed."""
        return engine

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for nobody."""
        yield

    def prepare(self, connection: Connection) -> None:
        """Wait until nobody else migrates, and look whether texts are compared as everywhere in Idflow.

        Raises:
            DatabaseUnsuitable: when its encoding is not UTF-8, it does not sort by code point, or no table may be made.

        """
        connection.execute(_PATIENTLY)
        connection.execute(_QUEUE, {"number": _number(_MIGRATION)})
        encoding, provider, collation, locale = connection.execute(_KIND).one()
        sorts = locale if provider == "b" else collation
        if encoding != "UTF8" or provider == "i" or sorts.upper() not in _BY_CODE_POINT:
            raise DatabaseUnsuitable(
                f"The database has the encoding {encoding} and the collation {sorts or locale}; it must be UTF8 and C. "
                "Make it with: CREATE DATABASE idflow TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';"
            )
        may, user, schema = connection.execute(_MAY).one()
        if not may:
            raise DatabaseUnsuitable(
                f"The user {user} may not make tables in the schema {schema or 'that is searched first'}. Let the "
                f"database be theirs: ALTER DATABASE idflow OWNER TO {user};"
            )


class _TextWithoutNul(StrDumperUnknown):
    """PostgreSQL keeps no NUL in a text; U+FFFD, which Unicode has for what cannot be shown, stands for it."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\ufffd"))


def _adapt(connection: Any, _: object) -> None:
    connection.adapters.register_dumper(str, _TextWithoutNul)


def _look(connection: Any, *_: object) -> None:
    """Have another connection opened instead of one that the server has closed, without asking it each time."""
    try:
        # At first what it has said since: that it closes the connection, and why; then that this is the end.
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()
    except psycopg.OperationalError as gone:
        raise InvalidatePoolError from gone


def _plan(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """Execute a statement that is to be planned for its values, and tell that it is done."""
    if not context.execution_options.keys() & BY_VALUES.keys():
        return False
    cursor.execute(statement, parameters, prepare=False)
    return True


def _number(name: str) -> int:
    # Two names with one number wait for each other: that is slow, and no harm.
    return crc32(name.encode()) - 2**31


def _translate(context: ExceptionContext) -> None:
    error = _ours(context.original_exception, is_gone=context.is_disconnect or context.connection is None)
    if error is None:
        return
    if isinstance(error, DatabaseBusy) and context.connection is not None:
        # Nobody who takes every exception for a failure of their own may keep it: see `Database.write`.
        context.connection.get_execution_options().get("idflow_trouble", []).append(error)
    if isinstance(error, DatabaseUnavailable):
        # People are told that much and no more; the password is not in it.
        log.warning("database_unavailable", why=str(context.original_exception).partition("\n")[0])
    _raise(error, context.original_exception)


def _raise(error: IdflowError, cause: BaseException) -> NoReturn:
    raise error from cause


def _ours(error: BaseException, *, is_gone: bool) -> IdflowError | None:
    state: Any = getattr(error, "sqlstate", None) or ""
    if state in _BUSY or (state == _UNSUPPORTED and _STALE in str(error)):
        return DatabaseBusy()
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and (
        is_gone or not state or state in _GONE or state.startswith("08")
    ):
        # Nobody answers, or not in time, or it says that it cannot be had.
        return DatabaseUnavailable()
    if isinstance(error, psycopg.DataError):
        return ValueRefused()
    return None
