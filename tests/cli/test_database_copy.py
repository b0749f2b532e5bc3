"""`idflow database copy`, on a file of SQLite and a real PostgreSQL server."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Boolean, DateTime, Integer, LargeBinary, Table, func, insert, select, text
from sqlalchemy.types import TypeDecorator

from engine import demo
from engine.application import Application
from engine.config import DatabaseSettings, Settings
from engine.database_copy.tables import rows, tables
from engine.deployment import File
from engine.identity import Cause
from engine.store import Base, Database
from engine.store.types import Json
from engine.webhooks import WebhookSettings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.cli.conftest import Idflow
from tests.conftest import ManualClock
from tests.instances.drawing import drawn
from tests.postgres import Databases, Instead
from tests.webui.conftest import Person, Site
from webui import create_app

TIMED = ("start s", "wait pause timer PT1H", "end e", "s -> pause", "pause -> e")
UNTIL_KILLED = """
import os, signal
from engine.database_copy import tables
summed, left = tables.summed, 12
def killed(*given):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return summed(*given)
tables.summed = killed
from webui.cli import main
main()
"""


@pytest.fixture(autouse=True)
def both_kinds(instead: Instead, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of SQLite are files of SQLite here."""
    monkeypatch.setattr(Database, "__init__", instead.really)


@dataclass
class Installed:
    """An installation on SQLite, in the middle of much."""

    folder: Path
    clock: ManualClock
    cookies: Any
    """Of somebody who is at a form."""
    page: str
    waiting: str
    """The instance that waits for a timer."""
    key: str
    """The TOTP secret of the user."""


@pytest.fixture(scope="module")
def installed(instead: Instead, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    folder, clock = tmp_path_factory.mktemp("installed") / "var", ManualClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", instead.really)
        with closing(opened(Settings(data=folder), clock)) as application:
            site = Site(application)
            person = site.person()
            page = person.begin()
            application.deploy([File("timed.bpmn", drawn({"timed": TIMED}))])
            waiting = application.start("timed").id
            application.webhooks.create(WebhookSettings("https://hooks.example.com/", ("instance.completed",), "ours"))
            application.audit_office.sign()
            yield Installed(folder, clock, person.client, page.request.path, waiting, site.key)


def opened(settings: Settings, clock: ManualClock) -> Application:
    return Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)


class Move:
    """A copy of the installation, and an empty database on PostgreSQL."""

    def __init__(self, installed: Installed, folder: Path, databases: Databases, idflow: Idflow) -> None:
        self.folder, self._clock, self._idflow = folder, installed.clock, idflow
        self.name = databases.make("template0")
        self.url = databases.url(self.name)
        shutil.copytree(installed.folder, folder)

    @property
    def file(self) -> Path:
        return self.folder / "idflow.sqlite3"

    def run(self, *options: str) -> str:
        """Copy, and return what is said."""
        result = self._idflow("database", "copy", *options)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *options: str) -> str:
        """Return the code with which the copy is refused."""
        result = self._idflow("database", "copy", *options)
        assert result.exit_code == 1
        code: str = result.exception.code  # type: ignore[union-attr]
        return code

    @contextmanager
    def moved(self) -> Iterator[Application]:
        """Open the installation on PostgreSQL."""
        settings = Settings(data=self.folder, postgres=DatabaseSettings(url=self.url))
        with closing(opened(settings, self._clock)) as application:
            yield application

    def rows(self, database: Database) -> dict[str, list[Any]]:
        """Return what a database has, but for jobs."""
        with database.read() as session:
            return {each.name: [tuple(row) for row in rows(each, session)] for each in tables()}

    def rows_on_sqlite(self) -> dict[str, list[Any]]:
        with closing(Database(f"sqlite:///{self.file}")) as database:
            return self.rows(database)

    def rows_on_postgres(self) -> dict[str, list[Any]]:
        with closing(Database(self.url)) as database:
            return self.rows(database)

    def digest(self) -> str:
        return sha256(self.file.read_bytes()).hexdigest()

    def is_empty(self) -> bool:
        """Tell whether no table on PostgreSQL has a row, or there are none."""
        with closing(Database(self.url)) as database:
            return not database.is_made() or not any(self.rows(database).values())


@pytest.fixture
def move(
    installed: Installed,
    tmp_path: Path,
    postgres_databases: Databases,
    idflow: Idflow,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Move]:
    made = Move(installed, tmp_path / "var", postgres_databases, idflow)
    monkeypatch.setenv("IDFLOW_DATABASE_URL", made.url)
    yield made
    postgres_databases.drop(made.name)


def test_what_waits_on_sqlite_goes_on_on_postgresql(move: Move, installed: Installed) -> None:
    before, digest = move.rows_on_sqlite(), move.digest()
    said = move.run()
    assert "The audit trail is whole" in said
    assert str(move.folder / "keys" / "kek") in said
    assert (move.digest(), move.rows_on_sqlite()) == (digest, before)
    after = move.rows_on_postgres()
    # The copy is noted in the trail, and the trail signed.
    assert [len(after.pop(name)) - len(before.pop(name)) for name in ("audit_events", "audit_checkpoints")] == [1, 1]
    assert after == before
    assert all(before[name] for name in ("users", "totp_credentials", "instances", "webhooks", "accounts", "forms"))
    with move.moved() as application:
        person = Person(create_app(application), "")
        person.client = create_app(application).test_client()
        person.client._cookies = installed.cookies._cookies
        page = person.open(installed.page)
        assert installed.key in page.text.replace(" ", "")
        assert person.send(page).status_code == 303
        timer = [each for each in application.views.show(installed.waiting).history if each.element_id == "pause"]
        assert timer
        installed.clock.advance(timedelta(hours=1))
        assert application.work_due() >= 1
        assert application.work_due() == 0
        assert application.views.show(installed.waiting).status == "COMPLETED"
        found = application.audit_office.verify()
        assert not found.breaks
        assert found.vouched >= found.count - 10
