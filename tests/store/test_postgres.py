"""How Idflow reads and writes on PostgreSQL, on a real server."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import psycopg
import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from engine.database_settings import DatabaseSettings
from engine.store import Database, DatabaseBusy, DatabaseUnavailable, Way
from engine.store import backend as waits
from engine.store.backend import ValueRefused
from engine.store.migrate import Fit
from engine.store.models import Base, DataKey, ProcessToken
from engine.store.paging import in_order
from tests.store.at_once import at_once
from tests.store.made import Made

AT = datetime(2026, 1, 1, tzinfo=UTC)


def put(session: Session, number: int = 1) -> None:
    session.add(DataKey(id=number, wrapped=b"", created_at=AT))
    session.flush()


def planned(database: Database, query: Select[*tuple[Any, ...]]) -> int:
    """Read, and return how many other statements the connection has prepared."""
    with database.read() as session:
        session.execute(query).all()
        counted = "SELECT count(*) FROM pg_prepared_statements WHERE statement NOT LIKE '%count(*)%'"
        return int(session.execute(text(counted)).scalar_one())


def test_what_is_read_often_is_planned_once_and_planned_anew_when_a_column_has_changed(server: Made) -> None:
    name, query = server.name(), select(DataKey.wrapped)
    database = server.again(name)
    assert [planned(database, query) for _ in range(8)] == [0, 0, 0, 0, 0, 1, 1, 1]
    with psycopg.connect(server.databases.url(name)) as connection:
        connection.execute("ALTER TABLE data_keys ALTER wrapped TYPE text USING ''")
    with pytest.raises(DatabaseBusy):
        planned(database, query)
    assert planned(database, query) == 0


def test_a_page_of_a_list_is_planned_for_what_is_looked_for(server: Made) -> None:
    database = server.database()
    columns = Base.metadata.tables[ProcessToken.__tablename__].c
    query = in_order(select(columns.name), columns.created_at, columns.id, None)
    assert [planned(database, query) for _ in range(8)] == [0] * 8


def test_a_reader_sees_one_moment_and_writes_nothing(server: Made) -> None:
    database = server.database()
    with database.read() as reader:
        assert reader.scalars(select(DataKey.id)).all() == []
        with database.write() as writer:
            put(writer)
        assert reader.scalars(select(DataKey.id)).all() == []
        with pytest.raises(Exception, match="read-only"):
            put(reader)
    with database.read() as reader:
        assert reader.scalars(select(DataKey.id)).all() == [1]


def test_what_is_alone_sees_what_the_one_before_has_written(server: Made) -> None:
    database = server.database()

    def take_the_next() -> None:
        for _ in range(10):
            with database.write() as session:
                put(session, 1 + max(session.scalars(select(DataKey.id)), default=0))

    at_once([take_the_next] * 4)
    with database.read() as session:
        assert len(session.scalars(select(DataKey.id)).all()) == 40


def test_who_waits_too_long_is_told_and_has_written_nothing(server: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "WAIT_SECONDS", 0.1)
    database = server.database()
    with database.write() as holder:
        put(holder)
        with pytest.raises(DatabaseBusy), database.write() as session:
            put(session, 2)
        # What stands behind others gives up at a row, too.
        with pytest.raises(DatabaseBusy), database.write(Way.BEHIND) as session:
            put(session, 1)
    with database.read() as session:
        assert session.scalars(select(DataKey.id)).all() == [1]


def test_of_two_that_wait_for_each_other_one_is_told(server: Made) -> None:
    database, both = server.database(), Barrier(2)
    with database.write() as session:
        put(session, 1)
        put(session, 2)

    def cross(first: int, second: int) -> str:
        try:
            with database.write(Way.BESIDE) as session:
                session.get(DataKey, first, with_for_update=True)
                both.wait()
                session.get(DataKey, second, with_for_update=True)
        except DatabaseBusy:
            return "busy"
        return "done"

    assert Counter(at_once([lambda: cross(1, 2), lambda: cross(2, 1)])) == {"busy": 1, "done": 1}


def test_what_is_in_the_way_is_not_taken_for_a_failure_of_ones_own(server: Made) -> None:
    database = server.database(settings=DatabaseSettings(statement_timeout=1))

    def go_on_all_the_same() -> None:
        with database.write(Way.BESIDE) as session:
            put(session)
            with suppress(DatabaseBusy), session.begin_nested():
                session.execute(text("SELECT pg_sleep(5)"))
            put(session, 2)

    with pytest.raises(DatabaseBusy):
        go_on_all_the_same()
    with database.read() as session:
        assert session.scalars(select(DataKey.id)).all() == []


def test_a_connection_that_was_cut_is_told_once_and_replaced(server: Made) -> None:
    database = server.database()

    def go_on() -> None:
        with database.write() as session:
            put(session)
            server.end_sessions(server.names[-1])
            put(session, 2)

    with pytest.raises(DatabaseUnavailable):
        go_on()
    # Those that were idle when it was cut are found to be gone before they are used.
    with database.read() as one, database.read() as other:
        assert (one.scalars(select(DataKey.id)).all(), other.scalars(select(DataKey.id)).all()) == ([], [])
    server.end_sessions(server.names[-1])
    with database.write() as session:
        put(session)
    assert database.look() == (True, Fit.CURRENT)


def test_a_server_that_is_not_there_is_told(tmp_path: Any) -> None:
    database = Database(f"postgresql://postgres@/idflow?host={tmp_path}")
    assert database.look() == (False, Fit.OLDER)
    for opened in (database.read, database.write):
        with pytest.raises(DatabaseUnavailable), opened() as session:
            session.execute(text("SELECT 1"))


def test_a_text_with_nul_is_kept_without_it_and_what_does_not_fit_is_refused(server: Made) -> None:
    database = server.database()
    with database.write() as session:
        assert session.scalar(text("SELECT CAST(:text AS text)"), {"text": "a\0b"}) == "a\ufffdb"
    with pytest.raises(ValueRefused), database.write() as session:
        put(session, 2**40)
