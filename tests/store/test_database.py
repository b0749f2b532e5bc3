from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.store import Database, DatabaseBusy, sqlite
from engine.store.models import DataKey, HistoryRow
from engine.store.types import new_id

AT = datetime(2026, 1, 1, tzinfo=UTC)
FULL = 2


def add(session: Session, number: int) -> None:
    session.add(DataKey(id=number, wrapped=b"", created_at=AT))
    session.flush()


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DataKey)) or 0


def test_a_read_sees_one_moment_while_a_write_goes_on(database: Database) -> None:
    with database.read() as reader:
        assert count(reader) == 0
        with database.write() as writer:
            add(writer, 1)
            assert count(reader) == 0
        assert count(reader) == 0
    with database.read() as reader:
        assert count(reader) == 1


@pytest.mark.sqlite("PostgreSQL refuses it at once")
def test_what_a_reader_writes_by_mistake_is_not_kept(database: Database) -> None:
    with database.read() as reader:
        add(reader, 1)
        reader.add(DataKey(id=2, wrapped=b"", created_at=AT))
    with database.read() as reader:
        assert count(reader) == 0


@pytest.mark.sqlite("PostgreSQL waits for the disk unless its operator says otherwise")
def test_what_is_committed_survives_a_power_cut(
    durable: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_SETTINGS", durable)
    opened = Database(f"sqlite:///{tmp_path / 'durable.sqlite3'}")
    with opened.write() as writer:
        assert writer.scalar(text("PRAGMA journal_mode")) == "wal"
        assert writer.scalar(text("PRAGMA synchronous")) == FULL
    opened.close()


def test_a_write_is_rolled_back_when_it_fails(database: Database) -> None:
    def fail_half_way() -> None:
        with database.write() as writer:
            add(writer, 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    with database.read() as reader:
        assert count(reader) == 0


def test_a_savepoint_is_rolled_back_alone(database: Database) -> None:
    with database.write() as writer:
        add(writer, 1)
        with pytest.raises(IntegrityError), writer.begin_nested():
            writer.execute(text("INSERT INTO data_keys SELECT * FROM data_keys"))
        add(writer, 2)
    with database.read() as reader:
        assert count(reader) == 2


def test_writers_take_turns(database: Database) -> None:
    """Without the lock at the beginning, both would read the same number and one would fail on it."""

    def take_the_next() -> None:
        for _ in range(10):
            with database.write() as session:
                add(session, 1 + (session.scalar(select(func.max(DataKey.id))) or 0))

    threads = [Thread(target=take_the_next) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as reader:
        assert count(reader) == 40


@pytest.mark.sqlite("tests/store/test_postgres.py waits on PostgreSQL")
def test_a_writer_that_waits_too_long_is_told(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.backend.WAIT_SECONDS", 0.05)
    other = Database(str(database.engine.url))
    with database.write() as holder:
        add(holder, 1)
        # Another process has another queue and meets the lock of the file; a thread of this one waits its turn.
        for waiting in (other, database):
            with pytest.raises(DatabaseBusy), waiting.write() as session:
                count(session)
    with other.write() as session:
        assert count(session) == 1
    other.close()


def test_foreign_keys_are_enforced(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(HistoryRow(instance_id=new_id(), seq=1, at=AT, event="started"))


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    with database.write() as session:
        session.add(
            DataKey(id=1, wrapped=b"", created_at=datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2))))
        )
    with database.read() as session:
        read = session.scalars(select(DataKey.created_at)).one()
    assert read == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert read.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="no time zone"), database.write() as session:
        session.add(DataKey(id=1, wrapped=b"", created_at=datetime(2026, 7, 1)))  # noqa: DTZ001 - the mistake itself


def test_a_database_file_is_made_with_its_folder(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a' / 'b' / 't.sqlite3'}")
    database.migrate()
    database.close()
    assert (tmp_path / "a" / "b" / "t.sqlite3").is_file()


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.write() as writer:
        add(writer, 1)
        # Whoever waits for somebody that cannot go on is told at last that it took too long.
        with database.read() as reader:
            assert count(reader) == 0
