"""Transactions on the database.

On SQLite: write-ahead logging, so that readers never wait; `synchronous=FULL`, so that a committed step survives a
power cut; and a writing transaction takes the write lock when it begins (`BEGIN IMMEDIATE`), so that what it has read
is still true when it commits. The threads of one process queue for it here: SQLite lets whoever polls at the right
moment go first, so that under load somebody would wait for ever.

What must outlive a rollback (an attempt to guess a code) is written twice: see `keep`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY, OperationalError
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from engine.errors import Conflict
from engine.store.migrate import is_current, upgrade

BUSY_TIMEOUT_SECONDS = 10.0
"""How long a step waits for the write lock of another before it gives up."""

_KEPT = "idflow_kept"

Redo = Callable[[Session], None]
"""Writes something once more."""

Committed = Callable[[dict[Any, Any]], None]
"""Is given what a session has noted in its `info`, after its transaction was committed."""


class DatabaseBusy(Conflict):
    """Too much is going on right now. Nothing has happened; try again in a moment."""

    code = "database-busy"
    retry_helps = True


class Database:
    """The database of one installation."""

    def __init__(self, url: str) -> None:
        """Open it; a SQLite file and its folder are made when they are missing."""
        parsed = make_url(url)
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = configured(create_engine(parsed))
        self._use(self.engine, self.engine.execution_options(idflow_write=True))

    def _use(self, reading: Engine | Connection, writing: Engine | Connection) -> None:
        """Open sessions on these."""
        # What a session loaded stays readable after the commit: rows are handed on as plain data.
        self._readers = sessionmaker(reading, expire_on_commit=False)
        self._writers = sessionmaker(writing, expire_on_commit=False)
        event.listen(self._writers, "after_soft_rollback", _note_rollback)
        self._turn = Lock()
        self.committed: Committed = _nobody

    def migrate(self) -> None:
        """Bring the tables to the newest version."""
        with self.engine.execution_options(idflow_write=True).begin() as connection:
            upgrade(connection)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that sees one moment of the database and changes nothing."""
        with self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that commits at the end of the block, or rolls back when it is left by an exception.

        What was to be kept (see `keep`) is then written in a transaction of its own, before anybody else of this
        process has a turn.

        Raises:
            DatabaseBusy: when others held the write lock for too long; nothing was read or written.

        """
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_SECONDS):
            raise DatabaseBusy
        try:
            with self._writers() as session:
                try:
                    with session.begin():
                        yield session
                        _write_again(session, (redo for within, redo in _kept(session) if within is None))
                except BaseException:
                    if kept := _kept(session):
                        with self._writers.begin() as fresh:
                            _write_again(fresh, (redo for _, redo in kept))
                    raise
                info = session.info
        finally:
            self._turn.release()
        self.committed(info)

    def look(self) -> tuple[bool, bool]:
        """Tell whether it can be read, and whether its tables have the version of this program."""
        try:
            with self.engine.connect() as connection:
                return True, is_current(connection)
        except (SQLAlchemyError, DatabaseBusy):
            return False, False

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _nobody(_info: dict[Any, Any]) -> None:
    """Tell nobody."""


def configured(engine: Engine) -> Engine:
    """Return the engine with the settings and the transactions that this package relies on."""
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def keep(session: Session, redo: Redo) -> None:
    """Have `redo` write again what the caller has just written, should that be rolled back.

    That happens when the block of `Database.write` ends: in its transaction when only a savepoint was rolled back, in
    a fresh one when an exception leaves the block. Each call counts: what was written twice is written again twice.
    """
    _kept(session).append((session.get_nested_transaction() or session.get_transaction(), redo))


def _kept(session: Session) -> list[tuple[SessionTransaction | None, Redo]]:
    """Return what is to be kept, each with the transaction that it was written in; None when that is rolled back."""
    kept: list[tuple[SessionTransaction | None, Redo]] = session.info.setdefault(_KEPT, [])
    return kept


def _write_again(session: Session, lost: Iterable[Redo]) -> None:
    for redo in lost:
        redo(session)


def _note_rollback(session: Session, ended: SessionTransaction) -> None:
    kept = _kept(session)
    kept[:] = [(None if _is_inside(within, ended) else within, redo) for within, redo in kept]


def _is_inside(transaction: SessionTransaction | None, other: SessionTransaction) -> bool:
    """Tell whether it is the other transaction, or a savepoint that was made in it."""
    while transaction is not None and transaction is not other:
        transaction = transaction.parent
    return transaction is other


def _configure(connection: Any, _: object) -> None:
    # The driver's own transactions begin too late (at the first write); ours begin in _begin.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={int(BUSY_TIMEOUT_SECONDS * 1000)}",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("idflow_write", False)
    # Straight to the driver: nobody else needs to hear of it, and every request begins with it.
    driver = connection.connection.driver_connection
    try:
        driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")  # type: ignore[union-attr]
    except OperationalError as error:
        # Another process holds the lock.
        if error.sqlite_errorcode & 0xFF == SQLITE_BUSY:
            raise DatabaseBusy from error
        raise
