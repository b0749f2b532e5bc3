import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import SSLContext

import pytest
from hypothesis import settings

from engine.store import Database
from tests import certificate as certificates
from tests import reuse
from tests.receiver import Receiver

# How long one example takes says more about the machine than about the code.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


# Ten thousand tests make and leave much; to look for it seldom saves a twentieth of the time.
gc.set_threshold(20_000, 20, 50)

reuse.modules()

MAXIMUM_WORKERS = 4
"""How many processes run the tests at most: each has a browser of its own."""


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes run the tests: one more than there are cores, as a browser is waited for a lot."""
    return min((os.cpu_count() or 1) + 1, MAXIMUM_WORKERS)


def pytest_collection_finish() -> None:
    """Look no more for garbage in what was collected: that stays."""
    gc.collect()
    gc.freeze()


class ManualClock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, duration: timedelta) -> None:
        self.time += duration


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    with reuse.compiled():
        yield


@pytest.fixture(scope="session")
def ready_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty database that the migrations have made."""
    ready = tmp_path_factory.mktemp("migrated") / "ready.sqlite3"
    made = Database(f"sqlite:///{ready}")
    made.migrate()
    made.close()
    return ready


@pytest.fixture(autouse=True)
def migrated_once(ready_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test that makes a database begin with a copy of one: the migrations need not run each time."""
    migrate = Database.migrate

    def copied(database: Database) -> None:
        path = Path(database.engine.url.database or "")
        if not path.exists():
            shutil.copyfile(ready_database, path)
        migrate(database)

    monkeypatch.setattr(Database, "migrate", copied)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificate:
    return certificates.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def receive() -> Iterator[Callable[..., Receiver]]:
    """Starts receivers of HTTP requests."""
    receivers: list[Receiver] = []

    def start(tls: SSLContext | None = None) -> Receiver:
        receivers.append(Receiver(tls))
        return receivers[-1]

    yield start
    for each in receivers:
        each.stop()


@pytest.fixture
def receiver(receive: Callable[..., Receiver]) -> Receiver:
    return receive()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 't.sqlite3'}")
    database.migrate()
    yield database
    database.close()
