"""What must be so on PostgreSQL, on a real server."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, Event
from typing import Any, TypeVar

import psycopg
import pytest
from sqlalchemy import Select, create_engine, event, select, text
from sqlalchemy.orm import Session

from engine import audit
from engine.audit.checkpoints import Checkpoints
from engine.audit.verification import verify
from engine.clock import SystemClock
from engine.database_settings import DatabaseSettings
from engine.store import Database, DatabaseBusy, DatabaseUnavailable, Way, queue
from engine.store import backend as waits
from engine.store.backend import DatabaseUnsuitable, ValueRefused
from engine.store.migrate import Fit
from engine.store.models import Base, DataKey, ProcessToken
from engine.store.paging import in_order
from tests import postgres

T = TypeVar("T")
AT = datetime(2026, 1, 1, tzinfo=UTC)
MIGRATE = "import sys; from engine.store import Database; d = Database(sys.argv[1]); d.migrate(); d.close()"
WRITER = """
import sys
from threading import Thread
from engine import audit
from engine.clock import SystemClock
from engine.store import Database, Way
database = Database(sys.argv[1])

def write():
    for number in range(25):
        with database.write(Way.BESIDE) as session:
            audit.record(session, SystemClock(), audit.AuditAction.USER_CHANGED, n=number)

threads = [Thread(target=write) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
database.close()
"""
_OF_OTHERS = (
    "alembic_version",
    "procrastinate_",
    "idx_procrastinate_",
    "idflow_jobs_",
    "check_not_todo_abort_requested",
)
_CATALOG = """
    SELECT c.relname || '.' || a.attname,
           format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


@pytest.fixture
def server(postgres_databases: postgres.Databases) -> Iterator["Made"]:
    made = Made(postgres_databases)
    yield made
    made.close()


class Made:
    """Databases that are dropped afterwards."""

    def __init__(self, databases: postgres.Databases) -> None:
        self.databases = databases
        self.names: list[str] = []
        self.open: list[Database] = []

    def name(self, template: str = postgres.READY) -> str:
        self.names.append(self.databases.make(template))
        return self.names[-1]

    def database(self, template: str = postgres.READY, settings: DatabaseSettings | None = None) -> Database:
        return self.again(self.name(template), settings)

    def again(self, name: str, settings: DatabaseSettings | None = None) -> Database:
        self.open.append(Database(self.databases.url(name), settings))
        return self.open[-1]

    def end_sessions(self, name: str) -> None:
        """End every connection to a database, as a restart of the server does."""
        with psycopg.connect(self.databases.url("postgres"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", [name]
            )

    def close(self) -> None:
        for database in self.open:
            database.close()
        for name in self.names:
            self.databases.drop(name)


def put(session: Session, number: int = 1) -> None:
    session.add(DataKey(id=number, wrapped=b"", created_at=AT))
    session.flush()


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    together = Barrier(len(works))

    def begin(work: Callable[[], T]) -> T:
        together.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


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


def test_migrations_make_exactly_the_tables_of_the_models(server: Made) -> None:
    found = []
    for name in (postgres.READY, server.name("template0")):
        engine = create_engine(server.databases.url(name).replace("postgresql:", "postgresql+psycopg:"))
        if name != postgres.READY:
            Base.metadata.create_all(engine)
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(_CATALOG).all()
        engine.dispose()
        found.append(sorted(tuple(row) for row in rows if not row[0].startswith(_OF_OTHERS)))
    assert found[0] == found[1]
    assert len(found[0]) > 200


def test_two_that_migrate_at_once_make_the_tables_once(server: Made) -> None:
    database = server.database("template0")
    command = [sys.executable, "-W", "error", "-c", MIGRATE, server.databases.url(server.names[-1])]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [(each.communicate(timeout=60)[1], each.returncode) for each in started] == [(b"", 0)] * 2
    assert database.look() == (True, Fit.CURRENT)


def test_a_database_in_which_texts_are_others_is_refused(server: Made) -> None:
    name = f"{server.name()}_latin"
    with psycopg.connect(server.databases.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1'")
    server.names.append(name)
    with pytest.raises(DatabaseUnsuitable, match="CREATE DATABASE idflow"):
        server.again(name).migrate()


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


def test_processes_that_write_at_once_make_one_chain(server: Made) -> None:
    database = server.database()
    command = [sys.executable, "-W", "error", "-c", WRITER, server.databases.url(server.names[-1])]
    started = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(timeout=120) for process in started] == [0] * 2
    with database.read() as session:
        found = verify(session, [], b"")
    assert (found.count, found.last, found.breaks) == (200, 200, ())


def test_the_lock_of_the_trail_is_taken_last(server: Made) -> None:
    """Who has something to say and is not done yet keeps nobody waiting."""
    database, said, other = server.database(), Event(), Event()

    def slow() -> None:
        with database.write(Way.BESIDE) as session:
            audit.record(session, SystemClock(), audit.AuditAction.USER_CHANGED, who="slow")
            said.set()
            assert other.wait(30)

    def quick() -> None:
        assert said.wait(30)
        with database.write(Way.BESIDE) as session:
            audit.record(session, SystemClock(), audit.AuditAction.USER_CHANGED, who="quick")
        other.set()

    at_once([slow, quick])
    with database.read() as session:
        events = session.execute(select(Base.metadata.tables["audit_events"].c.detail)).all()
    assert [detail["who"] for (detail,) in events] == ["quick", "slow"]


def test_a_version_that_locks_the_trail_by_itself_is_waited_for(server: Made) -> None:
    """During an upgrade versions append beside this one that know no function for it."""
    database = server.database()
    with database.write(Way.BESIDE) as former:
        queue(former, "audit")
        with pytest.raises(DatabaseBusy), database.write(Way.BEHIND) as session:
            audit.record(session, SystemClock(), audit.AuditAction.USER_CHANGED)


def test_a_checkpoint_counts_no_event_that_comes_while_it_is_made(server: Made) -> None:
    database, checkpoints, came = server.database(), Checkpoints(bytes(32), SystemClock()), Event()

    def change() -> None:
        with database.write(Way.BESIDE) as session:
            audit.record(session, SystemClock(), audit.AuditAction.USER_CHANGED)

    def come(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "count(" in statement and not came.is_set():
            came.set()
            change()

    change()
    event.listen(database.engine, "before_cursor_execute", come)
    with database.write() as session:
        made = checkpoints.make(session)
    assert made is not None
    with database.read() as session:
        found = verify(session, [made], checkpoints.public_key)
    assert (made.count, found.count, found.breaks) == (1, 2, ())
