"""The chain as it is written, by whoever writes at once, and as it is migrated."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from engine import audit
from engine.audit import AuditAction
from engine.audit.chain import FIRST, link
from engine.audit.checkpoints import Checkpoints
from engine.audit.verification import BreakKind, Verification
from engine.store import Database
from tests import stored
from tests.audit.trail import COUNT, breaks, change, checkpoint, fill, verified
from tests.conftest import ManualClock
from tests.store.older import at_revision

WRITER = """
import sys
from engine import audit
from engine.clock import SystemClock
from engine.store import Database
database = Database(sys.argv[1])
for _ in range(30):
    with database.write() as session:
        audit.record(session, SystemClock(), audit.AuditAction.USER_CHANGED)
"""


def test_a_trail_that_nobody_touched_is_whole(trail: Database, checkpoints: Checkpoints) -> None:
    found = verified(trail)
    assert (found.count, found.last, found.vouched, found.breaks) == (COUNT, COUNT, 0, ())
    found = verified(trail, checkpoint(trail, checkpoints))
    assert (found.vouched, found.breaks) == (COUNT, ())


def test_an_empty_trail_is_whole(database: Database, checkpoints: Checkpoints) -> None:
    assert verified(database) == Verification(0, 0, 0, ())
    with database.write() as session:
        assert checkpoints.make(session) is None


def test_the_chain_is_what_the_documentation_says(trail: Database) -> None:
    """Compute the hashes of the first two events with nothing but SHA-256."""

    def part(value: bytes) -> bytes:
        return len(value).to_bytes(4) + value

    previous = bytes(32)
    moment = 1768469400 * 10**6
    with trail.read() as session:
        hashes = session.execute(text("SELECT hash FROM audit_events ORDER BY id LIMIT 2")).scalars().all()
    for number, expected in enumerate(hashes, 1):
        at = moment + (number - 1) * 1_000_001
        values = [b"idflow-audit-1", b"%d" % number, b"%d" % at, b"user_changed", b"i%d" % number, b"t", b"u"]
        values.append(b'{"n":%d}' % number)
        previous = sha256(b"".join(part(value) for value in (previous, *values))).digest()
        assert previous == expected


def test_none_and_nothing_are_told_apart() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    variants = [
        ("e", None, "", "x"),
        ("e", "", None, "x"),
        ("e", "", "", "x"),
        ("e", "", "x", ""),
        ("e", "x", None, ""),
    ]
    assert len({link(FIRST, 1, at, texts, b"{}") for texts in variants}) == len(variants)


def test_an_event_that_was_rolled_back_is_no_link(database: Database, clock: ManualClock) -> None:
    def savepoint(*, fails: bool) -> None:
        with session.begin_nested():
            audit.record(session, clock, AuditAction.USER_CHANGED)
            audit.record(session, clock, AuditAction.USER_LOCKED)
            if fails:
                raise RuntimeError

    with database.write() as session:
        audit.record(session, clock, AuditAction.USER_CREATED)
        savepoint(fails=False)
        with pytest.raises(RuntimeError):
            savepoint(fails=True)
        savepoint(fails=False)
        with pytest.raises(RuntimeError):
            savepoint(fails=True)
        audit.record(session, clock, AuditAction.USER_DELETED)
        audit.record(session, clock, AuditAction.USER_DELETED)
    found = verified(database)
    assert (found.count, found.last, found.breaks) == (7, 7, ())


def test_threads_that_write_at_once_make_one_chain(database: Database, clock: ManualClock) -> None:
    def work(number: int) -> None:
        for _ in range(20):
            with database.write() as session:
                audit.record(session, clock, AuditAction.USER_CHANGED, n=number)
                audit.record(session, clock, AuditAction.USER_LOCKED, n=number)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(6)))
    found = verified(database)
    assert (found.count, found.last, found.breaks) == (240, 240, ())


def test_processes_that_write_at_once_make_one_chain(database: Database) -> None:
    folder = Path(__file__).parents[2]
    command = [sys.executable, "-c", WRITER, stored.url(database)]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    started = [subprocess.Popen(command, cwd=folder, env=environment) for _ in range(3)]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0]
    found = verified(database)
    assert (found.count, found.last, found.breaks) == (90, 90, ())


@pytest.mark.usefixtures("unmigrated")
def test_events_of_an_older_database_are_chained_when_it_is_migrated(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with at_revision(database, "0003") as connection:
        rows = [
            (1, "2026-01-01 00:00:00.000000", "token_created", None, "t", None, b"{}"),
            (2, "2026-01-01 00:00:00.123456", "totp_displayed", "i", "", "u", b'{"policy":"D\xc3\xa4"}'),
            (5, "2026-01-02 00:00:00.000000", "instance_ended", "i", None, None, b"{}"),
        ]
        for row in rows:
            names = ("id", "at", "event", "instance_id", "token_id", "user_id", "detail")
            insert = "INSERT INTO audit_events VALUES (:id, :at, :event, :instance_id, :token_id, :user_id, :detail)"
            connection.execute(text(insert), dict(zip(names, row, strict=True)))
    database.migrate()
    fill(database, clock, 2)
    found = verified(database)
    assert (found.count, found.last, found.breaks) == (5, 7, ())
    change(database, "UPDATE audit_events SET token_id = NULL WHERE id = 2")
    assert breaks(database) == [(BreakKind.CHANGED, 2, 2)]
    database.close()
