"""`idflow database copy` takes everything along, to PostgreSQL and back."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, LargeBinary, func, insert, select, update
from sqlalchemy.orm import Session

from engine.database_copy.tables import tables
from engine.jobs import QueuedJob, jobs_of
from engine.store import Database
from engine.store.models import DataKey, Job
from engine.store.types import Json, UtcDateTime
from tests.conftest import ManualClock
from tests.database_copy.moving import Installed, Move
from tests.webui.conftest import Person
from webui import create_app

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
