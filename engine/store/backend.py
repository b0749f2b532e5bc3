"""What a database has to offer to `Database`, and what it may answer: the errors that do not depend on its kind."""

from contextlib import AbstractContextManager
from enum import Enum
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from engine.errors import Conflict, Refused

WAIT_SECONDS = 10.0
"""How long a writer waits for another before it gives up."""


BY_VALUES = {"idflow_by_values": True}
"""Options of a statement whose values decide which way is short: it is planned for them, each time."""


class DatabaseBusy(Conflict):
    """Too much is going on right now. Nothing has happened; try again in a moment."""

    code = "database-busy"
    retry_helps = True


class DatabaseUnavailable(DatabaseBusy):
    """The database cannot be reached right now. Try again in a moment."""

    code = "database-unavailable"


class DatabaseUnsuitable(Refused):
    """This database cannot be used."""

    code = "database-unsuitable"


class ValueRefused(Refused):
    """Something is too long, too large, or has a character that the database cannot keep."""

    code = "value-refused"


class Way(Enum):
    """How a writer stands to the other ones; see `engine.store.database`. On SQLite each of them is alone."""

    ALONE = "alone"
    """Beside no other of its kind: what it has read of what such writers write is still true when it commits."""
    BESIDE = "beside"
    """Beside all others: it locks the rows that it relies on."""
    BEHIND = "behind"
    """The same, and it gives up soon when somebody is in the way: it can be done again at any time."""


class Write(Protocol):
    """Opens a transaction after which workers look for what it has asked for."""

    def __call__(self, way: Way = Way.ALONE, /) -> AbstractContextManager[Session]:
        """Open it; raises what `Database.write` does, and `InstanceBusy`."""


class Locks(Protocol):
    """What a writer holds besides its transaction. Everything is let go when the block of the writer ends."""

    def enter(self, session: Session, way: Way) -> None:
        """Begin the transaction of a writer."""

    def queue(self, session: Session, name: str) -> None:
        """Wait until no other transaction is in this queue; leave it when this one ends."""

    def guard(self, session: Session, name: str) -> None:
        """Wait until no other writer guards this name, and guard it until all is done that is to be kept."""

    def leave(self, session: Session) -> None:
        """Let go what is guarded."""


class Backend(Protocol):
    """One kind of database."""

    locks: Locks | None
    """None: a writer has everything for itself from the beginning, and nothing needs to be locked."""

    def engine(self) -> Engine:
        """Return what opens connections to it, with the settings that this package relies on."""

    def reading(self, engine: Engine) -> Engine:
        """Return the same for transactions that see one moment of the database and change nothing."""

    def end_reading(self, session: Session) -> None:
        """End the transaction of a reader that has read all it wanted; what is not ended is rolled back."""

    def writing(self, engine: Engine) -> Engine:
        """Return the same for transactions that change something."""

    def turn(self) -> AbstractContextManager[None]:
        """Wait for the writers of this process that have to be waited for; raises `DatabaseBusy`."""

    def prepare(self, connection: Connection) -> None:
        """Get ready to migrate, in the transaction that does it, beside no other.

        Raises:
            DatabaseUnsuitable: when it is no database for Idflow.

        """


def holds_rows(session: Session) -> bool:
    """Tell whether rows must be locked that this session relies on: others write beside it."""
    return _LOCKS in session.info


def guard(session: Session, name: str) -> None:
    """Have a name for oneself until the block of `Database.write` is over, with all that is kept; see `Locks`."""
    locks: Locks | None = session.info.get(_LOCKS)
    if locks is not None:
        locks.guard(session, name)


def queue(session: Session, name: str) -> None:
    """Be the only one in a queue until the transaction ends; see `Locks`."""
    locks: Locks | None = session.info.get(_LOCKS)
    if locks is not None:
        locks.queue(session, name)


def enter(session: Session, locks: Locks, way: Way) -> None:
    """Begin the transaction of a writer that has locks."""
    session.info[_LOCKS] = locks
    locks.enter(session, way)


_LOCKS = "idflow_locks"
