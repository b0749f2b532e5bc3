from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.identity import (
    ExtIdNotUnique,
    IdentityInvalid,
    StoreStatus,
    TotpAuthenticationFailed,
    UserChanges,
    UserLocked,
    UserNotFound,
    UserStatus,
)
from engine.store.models import AuditEvent, Base
from tests.identity.conftest import Desk, Scene

DAY = timedelta(days=1)


def shut_out(scene: Scene) -> str:
    """Return why the user can do nothing."""
    with pytest.raises(UserLocked) as refused:
        scene.attempt(scene.phone.code())
    for work in (scene.current, scene.start):
        with pytest.raises(UserLocked):
            work()
    return refused.value.message


def test_a_lock_lasts_until_somebody_ends_it(scene: Scene) -> None:
    locked = scene.step(lambda session: scene.identity.lock_user(session, scene.people.user, "lost the phone"))
    assert (locked.status, locked.locked_until) == (UserStatus.LOCKED, None)
    scene.clock.advance(365 * DAY)
    assert "is LOCKED." in shut_out(scene)
    with scene.database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.event == "user_locked")).one()
    assert (event.user_id, event.detail["reason"]) == (scene.people.user.id, "lost the phone")
    scene.step(lambda session: scene.identity.unlock_user(session, scene.people.user))
    scene.attempt(scene.phone.code())


def test_a_temporary_lock_ends_by_itself(scene: Scene) -> None:
    until = scene.clock.now() + DAY
    locked = scene.step(lambda session: scene.identity.lock_user(session, scene.people.user, until=until))
    assert (locked.status, locked.locked_until) == (UserStatus.TEMP_LOCKED, until)
    scene.clock.advance(DAY - timedelta(seconds=1))
    assert "is TEMP_LOCKED until 2026-01-16 09:30:00 UTC." in shut_out(scene)
    scene.clock.advance(timedelta(seconds=1))
    assert (scene.user().status, scene.user().locked_until) == (UserStatus.ACTIVE, None)
    scene.attempt(scene.phone.code())


def test_a_temporary_lock_has_its_end_ahead(desk: Desk) -> None:
    with pytest.raises(IdentityInvalid), desk.database.write() as session:
        desk.identity.lock_user(session, desk.people.user, until=desk.clock.now())
    with pytest.raises(IdentityInvalid, match="has an end"), desk.database.write() as session:
        desk.identity.update_user(session, desk.people.user, status=UserStatus.TEMP_LOCKED)
    with pytest.raises(IdentityInvalid, match="has an end"), desk.database.write() as session:
        desk.identity.create_user(session, desk.people.store, status=UserStatus.TEMP_LOCKED)


def test_a_temporary_lock_does_not_replace_one_without_end(desk: Desk) -> None:
    with desk.database.write() as session:
        desk.identity.lock_user(session, desk.people.user)
        still = desk.identity.lock_user(session, desk.people.user, until=desk.clock.now() + DAY)
    assert still.status is UserStatus.LOCKED


def test_a_disabled_user_stays_disabled_whoever_locks_and_unlocks(scene: Scene) -> None:
    with scene.database.write() as session:
        scene.identity.update_user(session, scene.people.user, status=UserStatus.DISABLED)
        assert scene.identity.lock_user(session, scene.people.user).status is UserStatus.DISABLED
        assert scene.identity.unlock_user(session, scene.people.user).status is UserStatus.DISABLED
    assert "is DISABLED." in shut_out(scene)
    scene.step(lambda session: scene.identity.update_user(session, scene.people.user, status=UserStatus.ACTIVE))
    scene.attempt(scene.phone.code())


def test_a_user_who_is_not_active_yet_may_register_and_authenticate(desk: Desk) -> None:
    desk.step(lambda session: desk.identity.update_user(session, desk.people.user, status=UserStatus.PENDING_ACTIVE))
    started = desk.start()
    device = desk.device(started.secret)
    desk.complete(started, device.code())
    desk.clock.advance(timedelta(seconds=30))
    desk.attempt(device.code())
    assert desk.user().status is UserStatus.PENDING_ACTIVE


def test_the_users_of_a_disabled_store_can_do_nothing(scene: Scene) -> None:
    with scene.database.write() as session:
        store = scene.identity.set_store_status(session, scene.people.store, StoreStatus.DISABLED)
    assert store.status is StoreStatus.DISABLED
    assert "identity store of the user 'alice@example.com' is disabled" in shut_out(scene)
    assert scene.user().status is UserStatus.ACTIVE
    with scene.database.write() as session:
        assert scene.identity.store(session, "Customers") == store
        scene.identity.set_store_status(session, store, StoreStatus.ACTIVE)
    scene.attempt(scene.phone.code())


def test_only_what_is_given_changes(desk: Desk) -> None:
    changes: list[UserChanges] = [
        {"external_id": "bob"},
        {"external_id": None},
        {"attributes": {"team": "red"}},
        {"locale": "fr"},
        {"time_zone": "UTC"},
        {"status": UserStatus.DISABLED},
    ]
    before = desk.user()
    for change in changes:
        with desk.database.write() as session:
            after = desk.identity.update_user(session, desk.people.user, instance_id="one", **change)
        (name,) = change
        assert after == desk.user()
        assert {each for each in UserChanges.__annotations__ if getattr(after, each) != getattr(before, each)} == {name}
        before = after
    with desk.database.read() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.event == "user_changed")).all()
    status = {"status": UserStatus.DISABLED}
    told = [{"changed": name, **(status if name == "status" else {})} for change in changes for name in change]
    assert [event.detail for event in found] == told
    assert {event.instance_id for event in found} == {"one"}


def test_a_change_that_changes_nothing_is_not_audited(desk: Desk) -> None:
    desk.step(lambda session: desk.identity.update_user(session, desk.people.user, locale=desk.people.user.locale))
    assert desk.trail() == []


@pytest.mark.parametrize(
    "change",
    [
        {"external_id": ""},
        {"attributes": {"a b": 1}},
        {"locale": "de_AT"},
        {"time_zone": "Europe/Wien"},
    ],
)
def test_what_cannot_be_taken_changes_nothing(desk: Desk, change: UserChanges) -> None:
    with desk.database.write() as session, pytest.raises(IdentityInvalid):
        desk.identity.update_user(session, desk.people.user, **change)
    assert desk.user() == desk.people.user


def test_an_external_id_stays_unique(desk: Desk) -> None:
    with desk.database.write() as session:
        bob = desk.identity.create_user(session, desk.people.store, external_id="bob")
        with pytest.raises(ExtIdNotUnique, match="'bob'"):
            desk.identity.update_user(session, desk.people.user, external_id="bob")
        desk.identity.update_user(session, bob, external_id="bob")
    assert desk.user().external_id == "alice@example.com"


def test_a_new_external_id_does_not_end_a_registration(scene: Scene) -> None:
    scene.step(lambda session: scene.identity.update_user(session, scene.people.user, external_id="new"))
    scene.attempt(scene.phone.code())


def test_of_a_deleted_user_only_the_id_is_left(scene: Scene) -> None:
    user = scene.people.user
    with pytest.raises(TotpAuthenticationFailed):
        scene.attempt(scene.phone.wrong())
    scene.current()
    scene.step(lambda session: scene.identity.generate_recovery_codes(session, user, "one"))
    scene.step(lambda session: scene.identity.delete_user(session, user))
    with pytest.raises(UserNotFound), scene.database.read() as session:
        scene.identity.user_by_id(session, scene.people.store, user.id)
    with scene.database.read() as session:
        left = {
            table.name
            for table in Base.metadata.sorted_tables
            if {"user_id", "credential_id", "external_id"} & set(table.columns.keys())
            and session.scalar(select(func.count()).select_from(table))
        }
        assert left == {"audit_events"}
        details = str([event.detail for event in session.scalars(select(AuditEvent))])
        assert session.scalars(select(AuditEvent)).all()[-1].user_id == user.id
    assert "alice" not in details


def test_a_user_who_is_gone_is_not_found(desk: Desk) -> None:
    user = desk.people.user
    desk.step(lambda session: desk.identity.delete_user(session, user))
    for work in (desk.identity.delete_user, desk.identity.lock_user, desk.identity.unlock_user):
        with pytest.raises(UserNotFound, match=r"alice@example\.com"), desk.database.write() as session:
            work(session, user)
    for attempt in (desk.start, desk.current):
        with pytest.raises(UserNotFound):
            attempt()


def test_an_attempt_of_a_user_who_is_deleted_meanwhile_is_not_kept(scene: Scene) -> None:
    def step() -> None:
        with scene.database.write() as session:
            user, policy = scene.people.user, scene.people.policy
            scene.identity.authenticate_totp(session, user, policy, scene.phone.code(), "one")
            session.rollback()
            with scene.database.engine.execution_options(idflow_write=True).begin() as connection:
                for table in ("totp_credentials", "users"):
                    connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - the two above
            raise RuntimeError

    with pytest.raises(RuntimeError):
        step()
    assert scene.trail() == []
