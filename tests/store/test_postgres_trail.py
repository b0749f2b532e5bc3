"""The audit trail on PostgreSQL, where several write at once."""

import subprocess
import sys
from threading import Event

import pytest
from sqlalchemy import event, select

from engine import audit
from engine.audit.checkpoints import Checkpoints
from engine.audit.verification import verify
from engine.clock import SystemClock
from engine.store import DatabaseBusy, Way, queue
from engine.store.models import Base
from tests.store.at_once import at_once
from tests.store.made import Made

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
