"""`idflow database copy`, on a file of SQLite and a real PostgreSQL server."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import Column, LargeBinary, func, insert, select, update
from sqlalchemy.orm import Session

from engine.application import Application
from engine.audit.search import WantedEvents
from engine.config import DatabaseSettings, Settings
from engine.database_copy import RowsRefused, TargetNotEmpty
from engine.database_copy.tables import rows, tables
from engine.deployment import File
from engine.jobs import QueuedJob, jobs_of
from engine.store import Database
from engine.store.backend import DatabaseUnsuitable
from engine.store.migrate import _known
from engine.store.models import DataKey, Job
from engine.store.types import Json, UtcDateTime
from engine.webhooks import WebhookSettings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.instances.drawing import drawn
from tests.postgres import Databases, Instead
from tests.webui.conftest import Person, Site
from webui import create_app
from webui.cli import idflow

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
    browser: FlaskClient
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
            waiting = application.journeys.start("timed", {}, b"")
            application.webhooks.create(WebhookSettings("https://hooks.example.com/", ("user.deleted",), "ours"))
            application.audit_office.export(WantedEvents(), by="somebody")
            application.audit_office.sign()
            yield Installed(folder, person.client, page.request.path, waiting, site.key)


def opened(settings: Settings, clock: ManualClock) -> Application:
    return Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)


class Move:
    """A copy of the installation, and an empty database on PostgreSQL."""

    def __init__(self, installed: Installed, folder: Path, databases: Databases) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.name = databases.make("template0")
        self.url = databases.url(self.name)
        shutil.copytree(installed.folder, folder)

    @property
    def file(self) -> Path:
        return self.folder / "idflow.sqlite3"

    def idflow(self, *arguments: str) -> Result:
        return CliRunner().invoke(idflow, arguments, env={"IDFLOW_DATA": str(self.folder)})

    def run(self, *options: str) -> str:
        """Copy, and return what is said."""
        result = self.idflow("database", "copy", *options)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *options: str) -> str:
        """Return the code with which the copy is refused."""
        result = self.idflow("database", "copy", *options)
        assert result.exit_code == 1
        code: str = result.exception.code  # type: ignore[union-attr]
        return code

    def sql(self, *statements: str) -> None:
        """Do something to the database on PostgreSQL."""
        with psycopg.connect(self.url) as connection:
            for each in statements:
                connection.execute(each.encode())

    def change(self, statement: str, *values: str) -> None:
        """Do something to the file of SQLite."""
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute(statement, values)
            connection.commit()

    @contextmanager
    def moved(self) -> Iterator[Application]:
        """Open the installation on PostgreSQL."""
        settings = Settings(data=self.folder, postgres=DatabaseSettings(url=self.url))
        with closing(opened(settings, self.clock)) as application:
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
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Move]:
    made = Move(installed, tmp_path / "var", postgres_databases)
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
    assert all(before[name] for name in ("users", "totp_credentials", "instances", "webhooks", "forms"))
    with move.moved() as application:
        person = Person(create_app(application), "")
        person.client._cookies = dict(installed.browser._cookies or {})
        page = person.open(installed.page)
        assert installed.key in page.text.replace(" ", "")
        assert person.send(page).status_code == 303
        move.clock.advance(timedelta(hours=1))
        assert application.work_due() >= 1
        assert application.work_due() == 0
        assert application.views.show(installed.waiting).record.status == "COMPLETED"
        found = application.audit_office.verify()
        assert not found.breaks
        assert found.vouched >= found.count - 10


def filled(database: Database) -> None:
    """Have a row in every table: no one looks into those that are made up here."""
    with database.write() as session:
        for table in tables():
            if session.scalar(select(func.count()).select_from(table)) == 0:
                session.execute(insert(table), {each.name: made_up(each, session) for each in table.columns})
        jobs = jobs_of(database, ManualClock())
        for number in range(3):
            jobs.enqueue(session, "made-up", {"number": number, "text": "\N{SNOWMAN}"}, key=f"made-up-{number or ''}")
        given_up = {"failed_at": datetime(2026, 2, 3, 4, 5, 6, 7, UTC), "error": "It \0 failed", "attempt": 7}
        session.execute(update(Job).where(Job.key == "made-up-1").values(given_up))
        session.execute(update(Job).where(Job.key == "made-up-2").values(worker="somebody who was killed"))


def made_up(column: Column[Any], session: Session) -> Any:
    for key in column.foreign_keys:
        return session.scalar(select(key.column).limit(1))
    kind = column.type
    if isinstance(kind, Json):
        # With a NUL, which PostgreSQL has no place for in a text.
        return {"b": 1, "a": ["\0", "\N{SNOWMAN}"]}
    if isinstance(kind, UtcDateTime):
        return datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
    if isinstance(kind, LargeBinary):
        return bytes(range(32))
    return 1 if issubclass(kind.python_type, int) else "\N{SNOWMAN}"


def jobs(database: Database) -> list[QueuedJob]:
    with database.read() as session:
        return list(jobs_of(database, ManualClock()).every(session))


def test_every_table_is_copied_and_copied_back(move: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Database(f"sqlite:///{move.file}")) as database:
        filled(database)
        expected = [replace(each, working=False, error=each.error and "It \ufffd failed") for each in jobs(database)]
    before = move.rows_on_sqlite()
    assert all(before.values())
    checked = move.run("--check")
    assert move.is_empty()
    said = move.run()
    # Both say how much there is, table by table.
    assert checked.partition(" rows of ")[0] == said.partition(" rows of ")[0]
    with closing(Database(move.url)) as database:
        assert jobs(database) == expected
        with database.write() as session:
            # What is added has numbers of its own.
            session.execute(insert(DataKey), {"wrapped": b"", "created_at": datetime(2026, 1, 1, tzinfo=UTC)})
            jobs_of(database, ManualClock()).enqueue(session, "made-up", {})
            session.rollback()
    assert move.refused("--back") == "target-not-empty"
    for each in move.folder.glob("idflow.sqlite3*"):
        each.unlink()
    assert "Unset IDFLOW_DATABASE_URL" in move.run("--back")
    after = move.rows_on_sqlite()
    assert after.pop("audit_events")[:-2] == before.pop("audit_events")
    assert after.pop("audit_checkpoints")[:-2] == before.pop("audit_checkpoints")
    assert after == before
    with closing(Database(f"sqlite:///{move.file}")) as database:
        assert jobs(database) == expected
    monkeypatch.delenv("IDFLOW_DATABASE_URL")
    verified = move.idflow("audit", "verify")
    assert verified.exit_code == 0, verified.output


def test_a_look_leaves_the_disk_as_it_is(move: Move, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # The copy was made while the file was open: whoever opens it next lets SQLite finish its journal.
    with closing(sqlite3.connect(move.file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = on_disk(move.folder)
    move.run("--check")
    assert on_disk(move.folder) == before
    move.run()
    monkeypatch.setenv("IDFLOW_KEY", (move.folder / "keys" / "kek").read_text())
    move.run("--back", "--check", "--data", str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / move.file.name).touch()
    move.run("--back", "--check", "--data", str(tmp_path / "new"))
    assert on_disk(tmp_path / "new") == {move.file.name: b""}


def on_disk(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_killed_in_the_middle_it_leaves_nothing_and_can_be_repeated(move: Move) -> None:
    environment = {**os.environ, "IDFLOW_DATA": str(move.folder)}
    killed = subprocess.run(
        [sys.executable, "-c", UNTIL_KILLED, "database", "copy"], env=environment, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert killed.stdout.count(b"\n") >= 3
    assert move.is_empty()
    assert "were copied" in move.run()
    assert not move.is_empty()


def test_what_the_target_makes_something_else_of_is_found_and_nothing_is_kept(move: Move) -> None:
    with closing(Database(move.url)) as database:
        database.migrate()
    move.sql(
        "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.title = 'Other'; RETURN NEW; END $$",
        "CREATE TRIGGER other BEFORE INSERT ON forms FOR EACH ROW EXECUTE FUNCTION other()",
    )
    assert move.refused() == "copy-differs"
    assert move.is_empty()


def test_what_the_target_cannot_keep_is_named(move: Move) -> None:
    move.change("UPDATE users SET external_id = ?", "x" * 1000)
    with pytest.raises(RowsRefused, match="in the table users: value too long"):
        move.run()
    assert move.is_empty()


def test_nothing_is_copied_while_something_else_works_on_the_source(move: Move) -> None:
    with closing(sqlite3.connect(move.file)) as other:
        other.execute("SELECT count(*) FROM users").fetchone()
        assert move.refused() == move.refused("--check") == "database-in-use"
    assert move.is_empty()
    move.run()
    with closing(sqlite3.connect(move.file)) as other, move.moved():
        other.execute("DROP TABLE users")
        move.file.unlink()
        assert move.refused("--back") == "database-in-use"


def test_a_target_that_will_not_do_is_named(move: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    move.sql("CREATE TABLE parcels ()")
    with pytest.raises(TargetNotEmpty, match="parcels"):
        move.run("--check")
    move.sql("DROP TABLE parcels", "CREATE ROLE visitor LOGIN")
    try:
        monkeypatch.setenv("IDFLOW_DATABASE_URL", move.url.replace("postgres@", "visitor@"))
        with pytest.raises(DatabaseUnsuitable, match="may not make tables"):
            move.run()
    finally:
        move.sql("DROP ROLE visitor")
    monkeypatch.setenv("IDFLOW_DATABASE_URL", move.url)
    with closing(Database(move.url)) as database:
        database.migrate()
    move.sql("UPDATE alembic_version SET version_num = '0001'")
    assert move.refused() == "database-versions-differ"
    monkeypatch.setenv("IDFLOW_DATABASE_URL", move.url.replace(move.name, "nowhere"))
    assert move.refused() == "database-unavailable"
    monkeypatch.delenv("IDFLOW_DATABASE_URL")
    assert move.refused() == "postgres-not-named"


def test_a_source_that_will_not_do_is_named(move: Move, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    move.change("UPDATE audit_events SET event = ? WHERE id = 3", "forged")
    assert move.refused() == "source-trail-broken"
    monkeypatch.setenv("IDFLOW_KEY", "A" * 43 + "=")
    assert move.refused() == "vault-key-wrong"
    monkeypatch.delenv("IDFLOW_KEY")
    key = move.folder / "keys" / "kek"
    key.rename(tmp_path / "kek")
    assert move.refused() == "source-key-missing"
    (tmp_path / "kek").rename(key)
    move.change("UPDATE alembic_version SET version_num = ?", "0001")
    assert move.refused() == "database-versions-differ"
    assert move.refused("--data", str(tmp_path / "nothing")) == "source-missing"
    assert not (tmp_path / "nothing").exists()
    assert move.refused("--back") == "source-missing"
    move.change("UPDATE alembic_version SET version_num = ?", max(_known()))
    assert move.is_empty()
    assert "broken at" in move.run("--force")
