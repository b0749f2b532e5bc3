"""Transactions on the database, and how they get past one another: the one place that says so.

                      SQLite (`sqlite`)                      PostgreSQL (`postgres`)
    a reader          one moment, waits for nobody           the same: REPEATABLE READ, READ ONLY
    a writer, ALONE   has the database for itself            beside no other that is ALONE: an advisory lock
    BESIDE, BEHIND    the same                               beside all others; locks the rows it relies on
    what is read      is still true at the end               of a locked row, and by ALONE of what such writers write
    who waits long    `DatabaseBusy`                         the same; BEHIND gives up soon, and tries again later

ALONE is the way of everything that people do to an installation: accounts, forms, processes, tokens, policies,
settings, retention. It is short and rare, so that to check first and write afterwards is safe without more ado. BESIDE
is the way of journeys, BEHIND that of jobs. They lock in this order, so that no two wait for each other: the row of the
instance, that of the user or token, the job, the audit trail. Where two meet in another order all the same, the one
BEHIND has given up before the server looks for a deadlock; its job is done again.

What must outlive a rollback (an attempt to guess a code) is written twice: see `keep`. What must come last (the audit
trail, whose lock everybody waits for) is written late: see `late`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, SessionTransaction

from engine.database_settings import DatabaseSettings
from engine.store import backend
from engine.store.backend import Backend, DatabaseBusy, Locks, Way
from engine.store.migrate import Fit, fit, newer_version, upgrade, version
from engine.store.sqlite import Sqlite

_KEPT, _LATE = "idflow_kept", "idflow_late"

Redo = Callable[[Session], None]
"""Writes something once more."""

Append = Callable[[Session, list[Any]], None]
"""Writes what has been collected."""

Committed = Callable[[dict[Any, Any]], None]
"""Is given what a session has noted in its `info`, after its transaction was committed."""


class _Writer(Session):
    """The session of a writer."""


class Database:
    """The database of one installation."""

    def __init__(self, url: str, settings: DatabaseSettings | None = None, *, only_looks: bool = False) -> None:
        """Open it: `sqlite:///…` or `postgresql://…`, the latter as the settings say.

        Who `only_looks` makes nothing on the disk, and leaves a file as it is.
        """
        made = _backend(url, settings or DatabaseSettings(), only_looks=only_looks)
        self.engine = made.engine()
        self._use(made, made.reading(self.engine), made.writing(self.engine))

    def _use(self, made: Backend, reading: Engine | Connection, writing: Engine | Connection) -> None:
        """Open sessions on these."""
        self._backend = made
        self._locks: Locks | None = made.locks
        self._reading, self._writing = reading, writing
        self.committed: Committed = _nobody

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file, which can be copied."""
        return self._locks is None

    def migrate(self) -> None:
        """Bring the tables to the newest version.

        Raises:
            DatabaseTooNew: when a newer version of Idflow has made them.
            DatabaseUnsuitable: when it is no database for Idflow.

        """
        with self._connected(self._writing) as connection, connection.begin():
            self._backend.prepare(connection)
            upgrade(connection)

    def check_suitable(self) -> None:
        """Look whether tables could be made, and change nothing; raises `DatabaseUnsuitable`."""
        with self._connected(self._writing) as connection, connection.begin():
            self._backend.prepare(connection)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that sees one moment of the database and changes nothing."""
        # What a session loaded stays readable when it is over: rows are handed on as plain data.
        with self._connected(self._reading) as connection, Session(connection, expire_on_commit=False) as session:
            yield session
            self._backend.end_reading(session)

    @contextmanager
    def write(self, way: Way = Way.ALONE) -> Iterator[Session]:
        """Open a transaction that commits at the end of the block, or rolls back when it is left by an exception.

        What was to be kept (see `keep`) is then written in a transaction of its own, before anybody else has a turn
        who guards the same name.

        Raises:
            DatabaseBusy: when others were in the way for too long, or the database is gone; nothing was written.

        """
        trouble: list[DatabaseBusy] = []
        with (
            self._backend.turn(),
            self._connected(self._writing, idflow_trouble=trouble) as connection,
            _Writer(connection, expire_on_commit=False) as session,
        ):
            try:
                with session.begin():
                    if self._locks is not None:
                        backend.enter(session, self._locks, way)
                    yield session
                    _write_again(session, (redo for within, redo in _kept(session) if within is None))
                    _check(trouble)
            except BaseException:
                if kept := _kept(session):
                    self._write_kept(connection, [redo for _, redo in kept])
                raise
            finally:
                if self._locks is not None:
                    # Should the connection be gone, they are gone with it.
                    with suppress(DatabaseBusy, SQLAlchemyError):
                        self._locks.leave(session)
            info = session.info
        self.committed(info)

    def _write_kept(self, connection: Connection, kept: list[Redo]) -> None:
        with _Writer(connection, expire_on_commit=False) as fresh, fresh.begin():
            if self._locks is not None:
                backend.enter(fresh, self._locks, Way.BESIDE)
            _write_again(fresh, kept)

    @contextmanager
    def _connected(self, to: Engine | Connection, **options: Any) -> Iterator[Connection]:
        if isinstance(to, Connection):
            yield to
            return
        try:
            connection = to.connect()
        except PoolTimeout as error:
            raise DatabaseBusy from error
        with connection:
            yield connection.execution_options(**options) if options else connection

    def look(self) -> tuple[bool, Fit]:
        """Tell whether it can be read, and how its tables fit this program."""
        try:
            return True, self.fit()
        except (SQLAlchemyError, DatabaseBusy):
            return False, Fit.OLDER

    def is_made(self) -> bool:
        """Tell whether it has tables; raises `DatabaseUnavailable`."""
        with self._connected(self._reading) as connection:
            return version(connection) is not None

    def fit(self) -> Fit:
        """Tell how the version of its tables fits this program; raises `DatabaseUnavailable`."""
        with self._connected(self._reading) as connection:
            return fit(connection)

    def newer_version(self) -> str | None:
        """Return the version of its tables when a newer program has made them; raises `DatabaseUnavailable`."""
        with self._connected(self._reading) as connection:
            return newer_version(connection)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _backend(url: str, settings: DatabaseSettings, *, only_looks: bool) -> Backend:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Sqlite(parsed, only_looks=only_looks)
    # Who is on SQLite need not load the driver.
    from engine.store.postgres import Postgres  # noqa: PLC0415 - see above

    return Postgres(parsed, settings)


def _check(trouble: list[DatabaseBusy]) -> None:
    """Raise what somebody took for a failure of their own: nothing has failed, all of it is to be done again."""
    if trouble:
        raise trouble[0]


def _nobody(_info: dict[Any, Any]) -> None:
    """Tell nobody."""


def keep(session: Session, redo: Redo) -> None:
    """Have `redo` write again what the caller has just written, should that be rolled back.

    That happens when the block of `Database.write` ends: in its transaction when only a savepoint was rolled back, in
    a fresh one when an exception leaves the block. Each call counts: what was written twice is written again twice.
    """
    _kept(session).append((session.get_nested_transaction() or session.get_transaction(), redo))


def late(session: Session, append: Append, item: Any) -> None:
    """Have `append` write everything that it was given in this transaction, right before the commit.

    By then the transaction has every other lock that it needs. What is rolled back with its savepoint is left out.
    """
    within = session.get_nested_transaction() or session.get_transaction()
    _waiting(session).append((within, append, item))


def write_late(session: Session) -> None:
    """Write now what was to be written late: for who wants to read it in the same transaction."""
    waiting = _waiting(session)
    batches: dict[Append, list[Any]] = {}
    for _, append, item in waiting:
        batches.setdefault(append, []).append(item)
    waiting.clear()
    for append, items in batches.items():
        append(session, items)


def _write_late(session: Session) -> None:
    # A savepoint that is released is no commit.
    if _waiting(session) and session.get_nested_transaction() is None:
        # What the session still has to write comes first, with its locks.
        session.flush()
        write_late(session)


def _waiting(session: Session) -> list[tuple[SessionTransaction | None, Append, Any]]:
    """Return what is to be written late, each with the transaction that it belongs to."""
    waiting: list[tuple[SessionTransaction | None, Append, Any]] = session.info.setdefault(_LATE, [])
    return waiting


def _kept(session: Session) -> list[tuple[SessionTransaction | None, Redo]]:
    """Return what is to be kept, each with the transaction that it was written in; None when that is rolled back."""
    kept: list[tuple[SessionTransaction | None, Redo]] = session.info.setdefault(_KEPT, [])
    return kept


def _write_again(session: Session, lost: Iterable[Redo]) -> None:
    for redo in lost:
        redo(session)


def _note_rollback(session: Session, ended: SessionTransaction) -> None:
    kept, waiting = _kept(session), _waiting(session)
    kept[:] = [(None if _is_inside(within, ended) else within, redo) for within, redo in kept]
    waiting[:] = [each for each in waiting if not _is_inside(each[0], ended)]


def _is_inside(transaction: SessionTransaction | None, other: SessionTransaction) -> bool:
    """Tell whether it is the other transaction, or a savepoint that was made in it."""
    while transaction is not None and transaction is not other:
        transaction = transaction.parent
    return transaction is other


event.listen(_Writer, "after_soft_rollback", _note_rollback)
event.listen(_Writer, "before_commit", _write_late)
