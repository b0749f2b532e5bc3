"""Trails for tests: events, changes behind the back of Idflow, and what is found of them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from engine import audit
from engine.audit import AuditAction
from engine.audit.checkpoints import Checkpoint, Checkpoints
from engine.audit.verification import BreakKind, Verification, verify
from engine.store import Database
from tests.conftest import ManualClock

KEY = bytes(range(32))
COUNT = 9


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
