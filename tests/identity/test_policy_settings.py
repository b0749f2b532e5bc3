from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import select

from engine.identity import (
    Algorithm,
    Identity,
    IdentityInvalid,
    PolicyChanges,
    PolicyNotFound,
    PolicySettings,
    Redisplay,
)
from engine.store import Database
from engine.store.models import AuditEvent, TotpPolicy
from tests.identity.conftest import Desk

NAMES = {each.name for each in fields(PolicySettings)}


def test_the_defaults_are_those_of_the_specification() -> None:
    settings = PolicySettings(issuer="I")
    assert {name: getattr(settings, name) for name in NAMES - {"issuer"}} == {
        "algorithm": Algorithm.SHA1,
        "digits": 6,
        "period": 30,
        "look_behind": 1,
        "look_ahead": 0,
        "drift_limit": 2,
        "back_off_after": 3,
        "back_off_limit": 900,
        "failure_cap": 100,
        "registration_lifetime": 900,
        "registration_tries": 5,
        "redisplay": Redisplay.WITH_TOKEN,
        "display_limit": 3,
    }


def test_every_setting_can_be_changed_and_is_kept() -> None:
    assert set(PolicyChanges.__annotations__) == NAMES
    assert set(TotpPolicy.__table__.columns.keys()) == NAMES | {"id", "name", "created_at"}


def test_a_policy_that_was_made_before_there_were_limits_has_the_defaults() -> None:
    for name in NAMES:
        default = TotpPolicy.__table__.columns[name].server_default
        if default is not None:
            assert str(getattr(PolicySettings(issuer="I"), name)) == getattr(default, "arg", None)


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ("look_behind", (-1, 3)),
        ("look_ahead", (-1, 3)),
        ("drift_limit", (-1, 3)),
        ("back_off_after", (0, 11)),
        ("back_off_limit", (0, 86_401)),
        ("failure_cap", (2, 101)),
        ("registration_lifetime", (59, 86_401)),
        ("registration_tries", (0, 11)),
        ("display_limit", (0, 1001)),
        ("digits", (7,)),
        ("period", (14, 121)),
        ("issuer", ("", "a:b")),
        ("look_behind", (None, "1", 1.5)),
    ],
)
def test_what_is_out_of_range_is_refused(desk: Desk, setting: str, values: tuple[Any, ...]) -> None:
    for value in values:
        with desk.database.write() as session, pytest.raises(IdentityInvalid):
            desk.identity.update_policy(session, desk.people.policy, **{setting: value})
    with desk.database.read() as session:
        assert desk.identity.policy(session, "Default") == desk.people.policy


def test_a_wait_begins_before_the_lock(desk: Desk) -> None:
    with desk.database.write() as session, pytest.raises(IdentityInvalid, match="Waiting begins after more"):
        desk.identity.update_policy(session, desk.people.policy, back_off_after=5, failure_cap=4)


def test_a_change_is_kept_and_audited(desk: Desk) -> None:
    with desk.database.write() as session:
        changed = desk.identity.update_policy(session, desk.people.policy, look_ahead=2, redisplay=Redisplay.NEVER)
        desk.identity.update_policy(session, changed, look_ahead=2)
    with desk.database.read() as session:
        assert desk.identity.policy(session, "Default") == changed
        found = session.scalars(select(AuditEvent).where(AuditEvent.event == "policy_changed")).all()
    assert (changed.look_ahead, changed.redisplay, changed.digits) == (2, Redisplay.NEVER, 6)
    said = {event.detail["setting"]: event.detail["value"] for event in found}
    assert said == {"look_ahead": 2, "redisplay": "never"}
    assert len(found) == 2


def test_a_policy_that_is_gone_is_not_changed(desk: Desk) -> None:
    with desk.database.write() as session:
        session.delete(session.get_one(TotpPolicy, desk.people.policy.id))
        session.flush()
        with pytest.raises(PolicyNotFound):
            desk.identity.update_policy(session, desk.people.policy, digits=8)


def test_a_policy_without_a_limit_of_displays_is_kept_without_one(identity: Identity, database: Database) -> None:
    with database.write() as session:
        identity.create_policy(session, "unlimited", issuer="Bank", display_limit=None)
    with database.read() as session:
        assert identity.policy(session, "unlimited").display_limit is None
