"""What `idflow database copy` does not do, and says why; and that a look changes nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.database_copy import RowsRefused, TargetNotEmpty
from engine.store import Database
from engine.store.backend import DatabaseUnsuitable
from engine.store.migrate import _known
from tests.database_copy.moving import Move


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
