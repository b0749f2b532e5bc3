import gc
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from flask.templating import Environment
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import create_engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

import webui
from engine.store import Database, database

# How long one example takes says more about the machine than about the code.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


# Ten thousand tests make and leave much; to look for it seldom saves a twentieth of the time.
gc.set_threshold(20_000, 20, 50)

# Many tests start programs of ours: these need not compile all modules again, whatever the environment says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Each test has an engine of its own; what another has compiled for the same kind of database is good for it, too.
database.create_engine = partial(create_engine, execution_options={"compiled_cache": {}})
SQLiteDialect_pysqlite.__eq__ = lambda dialect, other: type(dialect) is type(other)
SQLiteDialect_pysqlite.__hash__ = lambda dialect: hash(type(dialect))


class Templates(BytecodeCache):
    """Keeps the templates that were compiled."""

    def __init__(self) -> None:
        self.compiled: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if found := self.compiled.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


# Each test has pages of its own: their templates are the same.
webui._Pages.jinja_environment = partial(Environment, bytecode_cache=Templates())

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


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 't.sqlite3'}")
    database.migrate()
    yield database
    database.close()
