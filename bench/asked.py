"""What one journey asks of the database, counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, Engine, event

from bench.journey import over_http, served_here, with_database
from bench.places import Place
from engine.application import Application


@dataclass(frozen=True, slots=True)
class Asked:
    """What one journey asks of the database."""

    kind: str
    where: str
    statements: float
    commits: float


@dataclass
class Counted:
    """What was asked of it."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0
    """Of those that write."""


def asked_of(there: Place) -> list[Asked]:
    """Let one journey go through, in each way, and count."""
    application = there.application
    with served_here(application) as base_url:
        ways: dict[str, Callable[[], object]] = {
            "in the engine": partial(with_database, application),
            "over HTTP": partial(over_http, base_url, there.link),
        }
        return [_asked_by(there.kind, where, journey, application) for where, journey in ways.items()]


def _asked_by(kind: str, where: str, journey: Callable[[], object], application: Application) -> Asked:
    journey()
    with counted(application.database.engine) as found:
        journey()
    return Asked(kind, where, len(found.statements), found.commits)


@contextmanager
def counted(engine: Engine) -> Iterator[Counted]:
    """Count what is asked of the database in the block, by whichever connection."""
    found = Counted()

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        found.statements.append(statement)

    def commit(connection: Connection) -> None:
        # One that has only read keeps nothing, and waits for no disk.
        found.commits += not connection.get_execution_options().get("postgresql_readonly", False)

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", commit)
    yield found
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "commit", commit)
