"""Events by account and by day: what is found, and that no table is read from end to end for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text

from engine import audit
from engine.audit import AuditAction
from engine.audit.search import WantedEvents, every, search
from engine.audit.verification import BreakKind, verify
from engine.store import Database
from engine.store.models import AuditAccount
from tests.conftest import ManualClock
from tests.plans import plans
from tests.store.older import at_revision

BEGIN = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
WHO: list[dict[str, Any]] = [{"by": "ada"}, {"account": "ada", "by": "bob"}, {"by": None}]


@pytest.fixture
def trail(database: Database, clock: ManualClock) -> Database:
    """Nine events, one a day; the clock of the fifth went back by three days."""
    with database.write() as session:
        for number in range(9):
            clock.time = BEGIN + timedelta(days=1 if number == 4 else number)
            audit.record(session, clock, AuditAction.INSTANCE_STARTED, user_id="u", **WHO[number % 3])
    return database


def found(database: Database, before: int | None = None, limit: int = 50, **wanted: Any) -> list[int]:
    with database.read() as session:
        return [each.id for each in search(session, WantedEvents(**wanted), before, limit)[0]]


def test_an_account_is_found_where_it_did_something_and_where_something_was_done_to_it(trail: Database) -> None:
    assert found(trail, account="ada") == [8, 7, 5, 4, 2, 1]
    assert found(trail, account="bob") == [8, 5, 2]
    assert found(trail, account="ad") == []
    assert found(trail, account="ada", before=5) == [4, 2, 1]
    assert found(trail, account="x" * 300) == []


def test_a_day_is_found_although_a_clock_went_back(trail: Database) -> None:
    assert found(trail, since=BEGIN + DAY, until=BEGIN + 2 * DAY) == [5, 2]
    assert found(trail, since=BEGIN + 7 * DAY) == [9, 8]
    assert found(trail, until=BEGIN + DAY) == [1]
    assert found(trail, account="bob", since=BEGIN + DAY, until=BEGIN + 3 * DAY) == [5, 2]
    assert found(trail, since=BEGIN + 20 * DAY) == []
    with trail.read() as session:
        assert [each.id for each in every(session, WantedEvents(until=BEGIN + 2 * DAY))] == [1, 2, 5]


@pytest.mark.parametrize(
    "wanted",
    [
        {"account": "ada"},
        {"since": BEGIN},
        {"since": BEGIN, "until": BEGIN + DAY},
        {"account": "ada", "since": BEGIN},
        {"account": "ada", "event": "instance_started"},
        {"user_id": "u", "until": BEGIN},
    ],
    ids=str,
)
def test_no_search_reads_the_whole_trail(trail: Database, wanted: dict[str, Any]) -> None:
    for before in (None, 5):
        with plans(trail, "audit_", "SCAN") as steps:
            found(trail, before, **wanted)
        assert steps
        assert not [each for each in steps if each.startswith("SCAN")], steps
        days = [each for each in steps if "COVERING INDEX ix_audit_events_at (" in each]
        assert len(days) == (2 if {"since", "until"} & wanted.keys() else 0), steps


def test_an_event_that_is_hidden_from_its_account_is_found_by_the_verification(trail: Database) -> None:
    with trail.write() as session:
        assert verify(session, (), b"").breaks == ()
        session.execute(delete(AuditAccount).where(AuditAccount.event_id == 5, AuditAccount.account == "bob"))
        session.add(AuditAccount(account="eve", event_id=3))
        session.flush()
        breaks = verify(session, (), b"").breaks
    assert [(each.kind, each.first) for each in breaks] == [(BreakKind.UNLISTED, 3), (BreakKind.UNLISTED, 5)]


@pytest.mark.usefixtures("unmigrated")
def test_events_from_before_are_found_by_their_accounts(tmp_path: Any) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with at_revision(database, "0014") as connection:
        for number, detail in enumerate((b'{"by": "ada", "account": 7}', b"no JSON", b"[]", b'{"account": "ada"}'), 1):
            row = {"id": number, "detail": detail}
            connection.execute(
                text("INSERT INTO audit_events (id, at, event, detail) VALUES (:id, '2026-01-15', 'x', :detail)"), row
            )
    database.migrate()
    assert found(database, account="ada") == [4, 1]
    database.close()
