import math
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import audit
from engine.audit import AuditAction, AuditDetailRefused
from engine.store import Database
from engine.store.models import AuditEvent
from engine.variables import SecretReference
from tests.conftest import ManualClock


def test_an_event_says_who_where_and_what(database: Database, clock: ManualClock) -> None:
    with database.write() as session:
        audit.record(
            session,
            clock,
            AuditAction.TOTP_DISPLAYED,
            instance_id="i",
            token_id="t",
            user_id="u",
            policy="Default",
            count=3,
            ratio=0.5,
            shown=True,
            nothing=None,
        )
    with database.read() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.event, event.at) == ("totp_displayed", clock.now())
    assert (event.instance_id, event.token_id, event.user_id) == ("i", "t", "u")
    assert event.detail == {"policy": "Default", "count": 3, "ratio": 0.5, "shown": True, "nothing": None}


def test_events_are_numbered_in_order(database: Database, clock: ManualClock) -> None:
    for _ in range(3):
        with database.write() as session:
            audit.record(session, clock, AuditAction.INSTANCE_STARTED)
    with database.read() as session:
        assert session.scalars(select(AuditEvent.id).order_by(AuditEvent.id)).all() == [1, 2, 3]


@pytest.mark.parametrize(
    "value",
    [
        SecretReference("totp-secret", "1", "2"),
        {"deep": [SecretReference("totp-secret", "1", "2")]},
        ["a list"],
        {},
        b"bytes",
        object(),
        math.nan,
        math.inf,
        2**64,
        "x" * 1001,
    ],
)
def test_a_detail_that_is_no_plain_value_is_refused(database: Database, clock: ManualClock, value: Any) -> None:
    with database.write() as session:
        with pytest.raises(AuditDetailRefused, match="'odd' of totp_displayed"):
            audit.record(session, clock, AuditAction.TOTP_DISPLAYED, odd=value)
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 0


def test_an_event_of_a_transaction_that_failed_is_not_kept(database: Database, clock: ManualClock) -> None:
    def fail() -> None:
        with database.write() as session:
            audit.record(session, clock, AuditAction.TOKEN_REDEEMED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 0
