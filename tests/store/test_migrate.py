"""The tables that the migrations make, and how a database is migrated."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from engine.store import Database
from engine.store.migrate import FLOOR, MIGRATIONS, DatabaseTooNew, Fit
from engine.store.models import Base, DataKey
from tests import stored
from tests.store.older import tables

MIGRATE = "import sys; from engine.store import Database; d = Database(sys.argv[1]); d.migrate(); d.close()"


def schema(file: Path) -> dict[str, str]:
    """Return the SQL of every table and index, without its white space."""
    connection = sqlite3.connect(file)
    try:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    finally:
        connection.close()
    return {name: "".join(sql.split()) for name, sql in rows if name != "alembic_version"}


def in_order(sql: str) -> list[str]:
    """Return the parts of a table with its constraints sorted: their order means nothing."""
    body = sql.removesuffix("WITHOUTROWID")
    return [sql[len(body) :], *sorted(body.removesuffix(")").split(",CONSTRAINT"))]


@pytest.mark.sqlite("it compares the SQL that a file holds; tests/store/test_postgres_migrate.py compares the catalogs")
@pytest.mark.usefixtures("database")
def test_migrations_make_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    made = tmp_path / "made.sqlite3"
    engine = create_engine(f"sqlite:///{made}")
    Base.metadata.create_all(engine)
    engine.dispose()
    migrated = {name: in_order(sql) for name, sql in schema(tmp_path / "t.sqlite3").items()}
    assert migrated == {name: in_order(sql) for name, sql in schema(made).items()}
    assert migrated["history"][0] == "WITHOUTROWID"


def ours(_: object, name: str | None, kind: str, *__: object) -> bool:
    """Tell whether it is a table of ours."""
    return kind != "table" or not str(name).startswith("procrastinate_")


def test_alembic_finds_nothing_to_change(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.sqlite("it looks at the SQL that a file holds")
@pytest.mark.usefixtures("database")
def test_one_current_registration_is_kept_by_a_partial_index(tmp_path: Path) -> None:
    index = schema(tmp_path / "t.sqlite3")["uq_totp_credentials_current"]
    assert index.startswith("CREATEUNIQUEINDEX")
    assert index.endswith("(user_id,policy_id)WHEREstatus='ACTIVE'")


def test_migrating_twice_is_harmless(database: Database) -> None:
    before = tables(database)
    with database.write() as session:
        session.add(DataKey(id=1, wrapped=b"", created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    database.migrate()
    assert tables(database) == before
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM data_keys")).scalar_one() == 1


def test_processes_that_start_at_once_are_harmless(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'together.sqlite3'}")
    command = [sys.executable, "-W", "error", "-c", MIGRATE, stored.url(database)]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    for process in started:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, b"")
    assert "instances" in tables(database)
    database.close()


def test_a_failed_migration_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{tmp_path / 'broken.sqlite3'}")

    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", refuse)
        with pytest.raises(RuntimeError, match="the disk is full"):
            database.migrate()
    assert tables(database) == set()
    database.migrate()
    assert "instances" in tables(database)
    database.close()


def newer(database: Database, floor: str) -> None:
    """Have a newer version of Idflow migrate the database, which lets others work on it that know `floor`."""
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_floor SET revision = :floor"), {"floor": floor})


def test_a_database_of_a_newer_version_is_worked_on_if_it_says_so(database: Database) -> None:
    """While an installation is upgraded, what is older by one step starts, stops and works beside what is newer."""
    newer(database, "0022")
    database.migrate()
    assert (database.fit(), database.look()) == (Fit.NEWER, (True, Fit.NEWER))


def test_a_database_of_a_much_newer_version_is_refused(database: Database) -> None:
    newer(database, "9998")
    assert database.fit() is Fit.TOO_NEW
    with pytest.raises(DatabaseTooNew, match="9999"):
        database.migrate()


def test_the_floor_is_a_version_that_there_was(database: Database) -> None:
    with database.read() as session:
        assert session.scalars(text("SELECT revision FROM schema_floor")).all() == [FLOOR]
    assert len(list(MIGRATIONS.glob(f"versions/{FLOOR}_*.py"))) == 1


def test_a_folder_with_a_percent_sign_can_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / "100%"
    odd.symlink_to(Path(__file__).parents[2] / "engine" / "store" / "migrations", target_is_directory=True)
    monkeypatch.setattr("engine.store.migrate.MIGRATIONS", odd)
    database = Database(f"sqlite:///{tmp_path / 'odd.sqlite3'}")
    database.migrate()
    database.close()
