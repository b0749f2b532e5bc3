"""What somebody changes who can write to the database is found: by the chain itself, or else by a checkpoint."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from engine.audit.chain import FIRST, link
from engine.audit.checkpoints import Checkpoints
from engine.audit.verification import BreakKind
from engine.store import Database
from tests.audit.trail import COUNT, breaks, change, checkpoint, fill, verified
from tests.conftest import ManualClock


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
