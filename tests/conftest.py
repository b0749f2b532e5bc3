import gc
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import SSLContext
from typing import Any

import pytest
from hypothesis import settings

import bpmn
from engine import demo
from engine.application import Application
from engine.clock import Clock
from engine.config import Settings
from engine.store import Database, sqlite
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import certificate as certificates
from tests import postgres, reuse
from tests.browser import slowness
from tests.receiver import Receiver
from webui import server

# How long one example takes says more about the machine than about the code.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


# Ten thousand tests make and leave much; to look for it seldom saves a twentieth of the time.
gc.set_threshold(20_000, 20, 50)

reuse.modules()
reuse.tracebacks()

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


@pytest.fixture(scope="session", autouse=True)
def without_proxies() -> Iterator[None]:
    """Let no server that stops wait for what a proxy may have sent: browsers of tests have nothing on its way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "KEPT_SECONDS", 0)
        yield


@pytest.fixture(scope="session", autouse=True)
def durable() -> Iterator[tuple[str, ...]]:
    """Let nobody wait for the disk: no test cuts the power. Returns the settings of SQLite as they are otherwise."""
    settings = sqlite._SETTINGS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "_SETTINGS", (*settings, "synchronous=OFF"))
        yield settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="Run the tests on PostgreSQL instead of SQLite.")
    slowness.add_options(parser)


_SERVER = pytest.StashKey[postgres.Server]()
_DATABASES = pytest.StashKey[postgres.Databases]()
_INSTEAD = pytest.StashKey[postgres.Instead | None]()


def pytest_configure(config: pytest.Config) -> None:
    """With `--postgres`, start the one server that all processes use."""
    if config.getoption("--postgres"):
        # Tests leave installations open that they have killed; a file of SQLite would not say so.
        config.addinivalue_line("filterwarnings", "ignore:.*psycopg.Connection:ResourceWarning")
        if not hasattr(config, "workerinput"):
            _databases(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process that runs tests where the server is."""
    if _SERVER in node.config.stash:
        node.workerinput["postgres"] = node.config.stash[_SERVER].url("postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database: `make test` and `make test-postgres` together run everything."""
    on_postgres = config.getoption("--postgres")

    def elsewhere(item: pytest.Item) -> bool:
        if on_postgres:
            return item.get_closest_marker("sqlite") is not None
        return "postgres_databases" in getattr(item, "fixturenames", ())

    if left_out := [each for each in items if elsewhere(each)]:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if not elsewhere(each)]


def pytest_unconfigure(config: pytest.Config) -> None:
    if _DATABASES in config.stash:
        config.stash[_DATABASES].close()
    if _SERVER in config.stash:
        config.stash[_SERVER].stop()


def _databases(config: pytest.Config) -> postgres.Databases:
    """Return the databases of this process, on a server that is started when none was yet."""
    if _DATABASES not in config.stash:
        given = getattr(config, "workerinput", {})
        url = given.get("postgres")
        if url is None:
            config.stash[_SERVER] = postgres.Server()
            url = config.stash[_SERVER].url("postgres")
        made = config.stash[_DATABASES] = postgres.Databases(url, given.get("workerid", "main"))
        if _SERVER in config.stash:
            made.make_ready()
    return config.stash[_DATABASES]


@pytest.fixture(scope="session")
def postgres_databases(pytestconfig: pytest.Config) -> postgres.Databases:
    """Databases of a PostgreSQL server."""
    return _databases(pytestconfig)


@pytest.fixture(scope="session", autouse=True)
def instead(pytestconfig: pytest.Config) -> Iterator[postgres.Instead | None]:
    """With `--postgres`, what stands for the files of SQLite that tests open."""
    if not pytestconfig.getoption("--postgres"):
        yield None
        return
    made = postgres.Instead(_databases(pytestconfig))
    with pytest.MonkeyPatch.context() as patch:
        made.install(patch)
        yield made


@pytest.fixture(scope="session")
def ready_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty database that the migrations have made."""
    ready = tmp_path_factory.mktemp("migrated") / "ready.sqlite3"
    made = Database(f"sqlite:///{ready}")
    made.migrate()
    made.close()
    return ready


@pytest.fixture(autouse=True)
def dropped_afterwards(request: pytest.FixtureRequest, instead: postgres.Instead | None) -> Iterator[None]:
    """Drop the databases of PostgreSQL that stand for files of the test."""
    if instead is None:
        # Most tests need no folder: to make one for each takes longer than they do.
        yield
        return
    folder: Path = request.getfixturevalue("tmp_path")
    yield
    instead.forget(folder.resolve())


@pytest.fixture(autouse=True)
def migrated_once(
    instead: postgres.Instead | None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let a test that makes a database begin with a copy of one: the migrations need not run each time."""
    if instead is not None:
        return
    ready_database: Path = request.getfixturevalue("ready_database")
    migrate = Database.migrate

    def copied(database: Database) -> None:
        path = Path(database.engine.url.database or "")
        if database.is_sqlite and not path.exists():
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
def unmigrated(instead: postgres.Instead | None) -> Iterator[None]:
    """Let the databases of the test begin without tables."""
    if instead is not None:
        instead.databases.is_ready = False
    yield
    if instead is not None:
        instead.databases.is_ready = True


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 't.sqlite3'}")
    database.migrate()
    yield database
    database.close()


@dataclass(frozen=True, slots=True)
class Demonstration:
    """An installation with the demonstration, to be copied: made once, because that takes long."""

    folder: Path
    link: str
    """Of its token."""

    @classmethod
    def make(cls, folder: Path, clock: Clock | None = None) -> "Demonstration":
        application = Application.open(Settings(data=folder), activities=ACTIVITIES, forms=FormJs(), clock=clock)
        link = demo.install(application, bpmn.journeys())
        application.close()
        return cls(folder, link)

    def copy(self, folder: Path) -> None:
        shutil.copytree(self.folder, folder)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    return Demonstration.make(tmp_path_factory.mktemp("demonstration") / "var")
