"""What one journey asks of the database, counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine, event

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
    with _counted(application.database.engine) as counts:
        journey()
    return Asked(kind, where, counts["statements"], counts["commits"])


@contextmanager
def _counted(engine: Engine) -> Iterator[dict[str, int]]:
    counts = {"statements": 0, "commits": 0}

    def statement(*_: object) -> None:
        counts["statements"] += 1

    def commit(*_: object) -> None:
        counts["commits"] += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    yield counts
    event.remove(engine, "before_cursor_execute", statement)
    event.remove(engine, "commit", commit)
