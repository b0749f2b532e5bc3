"""An installation on PostgreSQL by its doors: pages, health, commands, settings."""

import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from engine.application import Application
from engine.config import DatabaseSettings, SettingInvalid, Settings
from engine.errors import IdflowError
from engine.store import DatabaseUnavailable
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import postgres, stored
from tests.conftest import ManualClock
from tests.webui.conftest import Site
from webui.cli import idflow

SECRET = "p@ss/word:canary"


@pytest.fixture
def name(postgres_databases: postgres.Databases) -> Iterator[str]:
    made = postgres_databases.make("template0")
    yield made
    postgres_databases.drop(made)


@pytest.fixture
def chosen(postgres_databases: postgres.Databases, name: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "var", postgres=DatabaseSettings(postgres_databases.url(name)))


@pytest.fixture
def site(chosen: Settings, clock: ManualClock) -> Iterator[Site]:
    application = Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    yield Site(application)
    application.close()


def cut(databases: postgres.Databases, name: str, *, for_good: bool) -> None:
    """End every connection to a database; `for_good` lets nobody in again."""
    with psycopg.connect(databases.url("postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(not for_good).lower()}")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def test_a_journey_outlives_a_connection_that_is_cut(site: Site, postgres_databases: postgres.Databases) -> None:
    name = site.application.database.engine.url.database or ""
    person = site.person()
    page = person.begin()
    assert page.status_code == 200
    cut(postgres_databases, name, for_good=True)
    for asked in (person.open(page.request.path), person.send(page), person.open("/backoffice/sign-in")):
        assert asked.status_code == 503
        assert int(asked.headers["Retry-After"]) > 0
        assert "right now" in asked.text
        assert "Traceback" not in asked.text
    assert "We will be back in a moment" in person.open(page.request.path).text
    ready = person.open("/readyz")
    assert ready.status_code == 503
    assert ready.json is not None
    assert ready.json["parts"]["database"] == "failed"
    assert person.open("/healthz").status_code == 200
    cut(postgres_databases, name, for_good=False)
    assert person.open("/readyz").status_code == 200
    sent = person.send(page)
    assert sent.status_code == 303
    assert "Finished" in person.open(sent.location).text
    assert site.application.audit_office.verify().breaks == ()


def test_keys_and_secrets_are_nowhere_in_it(site: Site) -> None:
    person = site.person()
    page = person.begin()
    assert site.key in page.text.replace(" ", "")
    kept = stored.content(site.application.database)
    assert b"instance_started" in kept
    assert site.key.encode() not in kept
    assert site.link.encode() not in kept


@pytest.fixture
def command(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> "Command":
    assert chosen.postgres is not None
    monkeypatch.setenv("IDFLOW_DATA", str(chosen.data))
    monkeypatch.setenv("IDFLOW_DATABASE_URL", chosen.postgres.url)
    return Command()


class Command:
    def __call__(self, *arguments: object) -> Result:
        return CliRunner().invoke(idflow, list(map(str, arguments)))


def test_the_command_line_has_the_same_installation(command: Command, tmp_path: Path) -> None:
    missing = command("store", "list").exception
    assert isinstance(missing, IdflowError)
    assert (missing.code, "IDFLOW_DATABASE_URL" in missing.message) == ("installation-missing", True)
    assert command("migrate", "--check").exit_code == 1
    assert command("migrate").exit_code == 0
    assert command("migrate", "--check").exit_code == 0
    assert command("store", "new", "customers").exit_code == 0
    assert "customers" in command("store", "list").output
    assert command("audit", "verify").exit_code == 0
    assert not (tmp_path / "var" / "idflow.sqlite3").exists()
    for refused in (command("backup", tmp_path / "b.tar"), command("restore", __file__)):
        assert isinstance(refused.exception, IdflowError)
        assert refused.exception.code == "backup-elsewhere"


def test_a_dump_that_is_restored_as_documented_is_whole(
    command: Command, site: Site, postgres_databases: postgres.Databases, name: str, tmp_path: Path
) -> None:
    site.person().begin()
    signed = tmp_path / "signed.jsonl"
    signed.write_text(command("audit", "checkpoint").stdout)
    dump, where = tmp_path / "idflow.dump", postgres_databases.url
    made = ["--format=custom", "--no-owner", f"--file={dump}", where(name)]
    subprocess.run([postgres.program("pg_dump"), *made], check=True)
    other = postgres_databases.make("template0")
    put_back = ["--exit-on-error", "--no-owner", f"--dbname={where(other)}", str(dump)]
    subprocess.run([postgres.program("pg_restore"), *put_back], check=True)
    found = CliRunner().invoke(
        idflow, ["audit", "verify", "--checkpoint", str(signed)], env={"IDFLOW_DATABASE_URL": where(other)}
    )
    assert found.exit_code == 0, found.output
    listed = CliRunner().invoke(idflow, ["instance", "list"], env={"IDFLOW_DATABASE_URL": where(other)})
    assert "Get Current TOTP Registration" in listed.output
    postgres_databases.drop(other)


def test_a_server_that_is_not_there_is_told_without_the_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    given = {"IDFLOW_DATABASE_URL": f"postgresql://me@/idflow?host={tmp_path}", "IDFLOW_DATABASE_PASSWORD": SECRET}
    chosen = Settings.from_environment({**given, "IDFLOW_DATA": str(tmp_path)})
    with pytest.raises(DatabaseUnavailable) as refused:
        Application.open(chosen, activities=ACTIVITIES, forms=FormJs())
    for text in (repr(chosen), str(refused.value), str(refused.value.__cause__), caplog.text):
        assert "word:canary" not in text
        assert "canary" not in text.replace("%3A", ":")


def test_the_password_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\n")
    given = {"IDFLOW_DATABASE_URL": "postgresql://me@db.example:5433/idflow?sslmode=verify-full"}
    found = Settings.from_environment({**given, "IDFLOW_DATABASE_PASSWORD_FILE": str(file)}).postgres
    assert found is not None
    assert found.url == "postgresql://me:p%40ss%2Fword%3Acanary@db.example:5433/idflow?sslmode=verify-full"
    assert (found.pool, found.statement_timeout) == (10, 30)
    assert Settings.from_environment({}).postgres is None


@pytest.mark.parametrize(
    "given",
    [
        {"URL": "mysql://me@db/idflow"},
        {"URL": "postgresql://me@db"},
        {"URL": "postgresql://me@db:canary/idflow"},
        {"URL": "postgresql://me:canary@db/idflow", "PASSWORD": "canary"},
        {"URL": "postgresql://db/idflow", "PASSWORD": "canary"},
        {"URL": "postgresql://me@db/idflow", "POOL": "0"},
        {"URL": "postgresql://me@db/idflow", "TIMEOUT": "soon"},
        {"URL": "postgresql://me@db/idflow", "PASSWORD_FILE": "/nowhere"},
    ],
)
def test_what_cannot_be_used_is_refused_and_not_repeated(given: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid) as refused:
        Settings.from_environment({f"IDFLOW_DATABASE_{name}": value for name, value in given.items()})
    assert "IDFLOW_DATABASE_" in refused.value.message
    assert "canary" not in refused.value.message
