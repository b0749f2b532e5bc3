import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from engine import audit
from engine.audit import AuditAction, export
from engine.audit.chain import FIRST, link
from engine.audit.checkpoints import (
    EVERY,
    Checkpoint,
    CheckpointInvalid,
    Checkpoints,
    append_to,
    is_signed,
    read_from,
)
from engine.audit.events import between
from engine.audit.verification import BreakKind, Verification, verify
from engine.store import Database
from engine.store.migrate import MIGRATIONS
from tests import stored
from tests.conftest import ManualClock

KEY = bytes(range(32))
COUNT = 9
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


@pytest.fixture
def checkpoints(clock: ManualClock) -> Checkpoints:
    return Checkpoints(KEY, clock)


@pytest.fixture
def trail(database: Database, clock: ManualClock) -> Database:
    """Nine events, a second and a microsecond apart."""
    fill(database, clock)
    return database


def fill(database: Database, clock: ManualClock, count: int = COUNT) -> None:
    for number in range(1, count + 1):
        with database.write() as session:
            audit.record(
                session, clock, AuditAction.USER_CHANGED, instance_id=f"i{number}", token_id="t", user_id="u", n=number
            )
        clock.advance(timedelta(seconds=1, microseconds=1))


def change(database: Database, statement: str, **values: Any) -> None:
    with database.write() as session:
        session.execute(text(statement), values)


def verified(database: Database, *given: Checkpoint) -> Verification:
    with database.read() as session:
        return verify(session, given, Checkpoints(KEY, ManualClock()).public_key)


def breaks(database: Database, *given: Checkpoint) -> list[tuple[BreakKind, int, int]]:
    return [(each.kind, each.first, each.last) for each in verified(database, *given).breaks]


def checkpoint(database: Database, checkpoints: Checkpoints) -> Checkpoint:
    with database.write() as session:
        made = checkpoints.make(session)
    assert made is not None
    return made


def chain_anew(database: Database) -> None:
    """What somebody does who can write to the database and knows how the chain is made."""
    with database.write() as session:
        rows = session.execute(text("SELECT * FROM audit_events ORDER BY id")).all()
        previous = FIRST
        for row in rows:
            # SQLite gives the text that it has.
            at = datetime.fromisoformat(row.at).replace(tzinfo=UTC) if database.is_sqlite else row.at
            texts = (row.event, row.instance_id, row.token_id, row.user_id)
            previous = link(previous, row.id, at, texts, row.detail)
            session.execute(text("UPDATE audit_events SET hash = :h WHERE id = :i"), {"h": previous, "i": row.id})


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


@pytest.mark.parametrize("number", [1, 5, COUNT])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-01-15 09:30:00.000007"),
        ("event", "user_locked"),
        ("event", b"user_changed"),
        ("instance_id", None),
        ("instance_id", "i0"),
        ("token_id", ""),
        ("user_id", "v"),
        ("detail", b'{"n": 1}'),
        ("detail", b"not JSON"),
        ("detail", "{}"),
    ],
)
def test_a_changed_column_is_found(trail: Database, number: int, column: str, value: Any) -> None:
    change(trail, f"UPDATE audit_events SET {column} = :value WHERE id = :id", value=value, id=number)  # noqa: S608
    assert breaks(trail) == [(BreakKind.CHANGED, number, number)]


@pytest.mark.parametrize(
    "value",
    [bytes(32), b"", None, "text", pytest.param(7, marks=pytest.mark.sqlite("its columns take values of any type"))],
)
def test_a_changed_hash_is_found(trail: Database, value: Any) -> None:
    change(trail, "UPDATE audit_events SET hash = :value WHERE id = 5", value=value)
    assert breaks(trail)[0] == (BreakKind.CHANGED, 5, 5)


@pytest.mark.sqlite("its columns take values of any type")
@pytest.mark.parametrize("number", [1, 5, COUNT])
def test_a_column_that_cannot_be_read_is_found_and_the_rest_is_verified(trail: Database, number: int) -> None:
    change(trail, "UPDATE audit_events SET at = 'yesterday' WHERE id = :id", id=number)
    found = breaks(trail)
    assert found[0] == (BreakKind.UNREADABLE, number, number)
    assert {first for _, first, _ in found} <= {number, number + 1}


@pytest.mark.parametrize(("first", "last"), [(1, 1), (1, 3), (4, 4), (4, 6), (8, 8)])
def test_deleted_rows_are_named(trail: Database, first: int, last: int) -> None:
    change(trail, "DELETE FROM audit_events WHERE id BETWEEN :first AND :last", first=first, last=last)
    assert breaks(trail) == [(BreakKind.MISSING, first, last)]


def test_deleted_rows_whose_gap_was_closed_are_found(trail: Database) -> None:
    change(trail, "DELETE FROM audit_events WHERE id = 4")
    for number in range(5, COUNT + 1):
        change(trail, "UPDATE audit_events SET id = id - 1 WHERE id = :id", id=number)
    assert breaks(trail)[0] == (BreakKind.CHANGED, 4, 4)


def test_a_cut_end_is_found_by_a_checkpoint(trail: Database, checkpoints: Checkpoints) -> None:
    made = checkpoint(trail, checkpoints)
    change(trail, "DELETE FROM audit_events WHERE id > 6")
    change(trail, "DELETE FROM audit_checkpoints")
    assert breaks(trail) == []
    assert breaks(trail, made) == [(BreakKind.MISSING, 7, COUNT)]


def test_an_end_that_was_cut_and_grew_again_is_found(
    trail: Database, checkpoints: Checkpoints, clock: ManualClock
) -> None:
    made = checkpoint(trail, checkpoints)
    change(trail, "DELETE FROM audit_events WHERE id > 6")
    fill(trail, clock)
    assert breaks(trail) == []
    assert breaks(trail, made) == [(BreakKind.REWRITTEN, 1, COUNT)]


def test_a_trail_that_was_emptied_is_found(trail: Database, checkpoints: Checkpoints) -> None:
    made = checkpoint(trail, checkpoints)
    change(trail, "DELETE FROM audit_events")
    assert breaks(trail, made) == [(BreakKind.MISSING, 1, COUNT)]


@pytest.mark.parametrize(("one", "other"), [(1, 2), (4, 5), (8, 9), (2, 7), (1, 9)])
def test_swapped_rows_are_found(trail: Database, one: int, other: int) -> None:
    for source, target in ((one, 1000), (other, one), (1000, other)):
        change(trail, "UPDATE audit_events SET id = :target WHERE id = :source", source=source, target=target)
    found = {first for _, first, _ in breaks(trail)}
    assert {one, other} <= found


@pytest.mark.parametrize("number", [0, -3, COUNT + 1, COUNT + 5])
def test_a_forged_row_at_either_end_is_found(trail: Database, number: int) -> None:
    statement = (
        "INSERT INTO audit_events SELECT :id, at, event, instance_id, token_id, user_id, detail, {} FROM audit_events"
    )
    change(trail, f"{statement.format('hash')} WHERE id = 5", id=number)
    assert breaks(trail)
    change(trail, "DELETE FROM audit_events WHERE id = :id", id=number)
    assert breaks(trail) == []
    change(trail, f"{statement.format('NULL')} WHERE id = 5", id=number)
    assert breaks(trail)


def test_a_chain_that_was_written_anew_is_found_by_a_checkpoint(
    trail: Database, checkpoints: Checkpoints, clock: ManualClock
) -> None:
    early = checkpoint(trail, checkpoints)
    fill(trail, clock)
    late = checkpoint(trail, checkpoints)
    change(trail, "UPDATE audit_events SET user_id = 'somebody' WHERE id = 12")
    chain_anew(trail)
    assert breaks(trail) == []
    found = verified(trail, late, early)
    assert [(each.kind, each.first, each.last) for each in found.breaks] == [(BreakKind.REWRITTEN, 10, 18)]
    assert found.vouched == 9


def test_a_row_that_was_put_in_and_chained_is_found_by_a_checkpoint(trail: Database, checkpoints: Checkpoints) -> None:
    made = checkpoint(trail, checkpoints)
    change(
        trail,
        "INSERT INTO audit_events SELECT 0, at, event, instance_id, token_id, user_id, detail, hash FROM "
        "audit_events WHERE id = 1",
    )
    chain_anew(trail)
    assert breaks(trail, made) == [(BreakKind.REWRITTEN, 1, COUNT)]


def test_a_checkpoint_does_not_vouch_for_what_is_broken_before_it(trail: Database, checkpoints: Checkpoints) -> None:
    made = checkpoint(trail, checkpoints)
    change(trail, "UPDATE audit_events SET user_id = 'v' WHERE id = 5")
    found = verified(trail, made)
    assert ([each.kind for each in found.breaks], found.vouched) == ([BreakKind.CHANGED], 0)
    change(trail, "DELETE FROM audit_events WHERE id = 5")
    found = verified(trail, made)
    assert ([each.kind for each in found.breaks], found.vouched) == ([BreakKind.MISSING, BreakKind.REWRITTEN], 0)


def test_a_forged_checkpoint_vouches_for_nothing(trail: Database, checkpoints: Checkpoints, clock: ManualClock) -> None:
    made = checkpoint(trail, checkpoints)
    other = Checkpoint(made.id - 1, made.hash, made.count, made.at, made.signature)
    stranger = checkpoint(trail, Checkpoints(bytes(32), clock))
    found = verified(trail, other, stranger)
    assert [each.kind for each in found.breaks] == [BreakKind.CHECKPOINT] * 2
    assert found.vouched == 0


def test_a_checkpoint_is_due_after_a_number_of_events(
    trail: Database, checkpoints: Checkpoints, clock: ManualClock
) -> None:
    with trail.write() as session:
        assert checkpoints.make_when_due(session) is None
        for _ in range(EVERY - COUNT - 1):
            audit.record(session, clock, AuditAction.USER_CHANGED)
        assert checkpoints.make_when_due(session) is None
        audit.record(session, clock, AuditAction.USER_CHANGED)
        made = checkpoints.make_when_due(session)
        assert made is not None
        assert (made.id, made.count) == (EVERY, EVERY)
        assert checkpoints.make_when_due(session) is None
        assert checkpoints.kept(session) == [made]
    assert verified(trail, made).vouched == EVERY


def test_a_checkpoint_outlives_a_file(trail: Database, checkpoints: Checkpoints, tmp_path: Path) -> None:
    file, made = tmp_path / "deep" / "checkpoints.jsonl", checkpoint(trail, checkpoints)
    append_to(file, made)
    append_to(file, made)
    assert read_from(file) == [made, made]
    assert file.stat().st_mode & 0o777 == 0o600
    assert is_signed(read_from(file)[0], checkpoints.public_key)
    assert verified(trail, *read_from(file)).breaks == ()


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "{}",
        '{"version":2,"id":1,"hash":"00","count":1,"at":"2026-01-01T00:00:00+00:00","signature":"00"}',
        '{"version":1,"id":1,"hash":"0","count":1,"at":"2026-01-01T00:00:00+00:00","signature":"00"}',
        '{"version":1,"id":1,"hash":"00","count":1,"at":"2026-01-01T00:00:00","signature":"00"}',
        '{"version":1,"id":1,"hash":"00","count":1,"at":"2026-01-01T00:00:00+00:00"}',
    ],
)
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "file").write_text(f"\n{line}\n")
    with pytest.raises(CheckpointInvalid, match="file:2"):
        read_from(tmp_path / "file")


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
    folder = Path(__file__).parents[1]
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
    with database.engine.execution_options(idflow_write=True).begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "0003")
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


@pytest.fixture
def exported(trail: Database) -> Callable[..., list[str]]:
    def lines(chosen: export.Format, since: datetime | None = None, until: datetime | None = None) -> list[str]:
        with trail.read() as session:
            return list(export.lines(between(session, since, until), chosen))

    return lines


def test_json_lines_have_all_that_the_chain_is_made_of(exported: Callable[..., list[str]]) -> None:
    previous = FIRST
    for line in exported(export.Format.JSONL):
        table = json.loads(line)
        detail = line[line.index('"detail":') + 9 : line.index(',"hash"')].encode()
        texts = (table["event"], table["instance_id"], table["token_id"], table["user_id"])
        previous = link(previous, table["id"], datetime.fromisoformat(table["at"]), texts, detail)
        assert previous.hex() == table["hash"]


def test_csv_has_the_same_columns(exported: Callable[..., list[str]]) -> None:
    rows = list(csv.DictReader(exported(export.Format.CSV)))
    assert len(rows) == COUNT
    for row, line in zip(rows, exported(export.Format.JSONL), strict=True):
        table = json.loads(line)
        assert json.loads(row["detail"]) == table["detail"]
        assert {name: row[name] for name in row if name != "detail"} == {
            name: str(value) for name, value in table.items() if name != "detail"
        }


def test_an_export_keeps_to_its_times(exported: Callable[..., list[str]]) -> None:
    start = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
    since, until = start + timedelta(seconds=2, microseconds=2), start + timedelta(seconds=5, microseconds=5)
    ids = [json.loads(line)["id"] for line in exported(export.Format.JSONL, since, until)]
    assert ids == [3, 4, 5]
