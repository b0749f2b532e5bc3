from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from engine.identity import (
    Algorithm,
    CredentialStatus,
    SecretGone,
    StartedRegistration,
    TotpAlreadyRegistered,
    TotpAuthenticationFailed,
    TotpCodeInvalid,
    TotpRegistrationExpired,
    UserLocked,
)
from engine.store.models import AuditEvent, TotpCredential
from tests.identity.conftest import Desk, Scene

LIFETIME = timedelta(minutes=15)


def credentials(desk: Desk) -> int:
    with desk.database.read() as session:
        return session.scalar(select(func.count()).select_from(TotpCredential)) or 0


def registered(desk: Desk) -> bool:
    with desk.database.read() as session:
        return desk.identity.is_registered(session, desk.people.user, desk.people.policy)


def wrong(desk: Desk, started: StartedRegistration, times: int) -> list[int | None]:
    """Return how many tries are left after each of some wrong codes."""
    device, left = desk.device(started.secret), []
    for _ in range(times):
        with pytest.raises(TotpCodeInvalid) as refused:
            desk.complete(started, device.wrong())
        left.append(refused.value.tries_left)
    return left


def test_a_code_of_the_device_completes_a_registration(desk: Desk) -> None:
    started = desk.start()
    assert not registered(desk)
    app = pyotp.parse_uri(desk.reveal(started.uri))
    assert isinstance(app, pyotp.TOTP)
    assert (app.issuer, app.name) == (started.issuer, started.account_name) == ("Example Bank", "alice@example.com")
    assert (started.algorithm, started.digits, started.period) == (Algorithm.SHA1, 6, 30)
    assert started.expires_at == desk.clock.now() + LIFETIME
    desk.clock.advance(timedelta(seconds=31))
    done = desk.complete(started, app.at(desk.clock.now()))
    assert (done.status, done.registered_at) == (CredentialStatus.ACTIVE, desk.clock.now())
    assert registered(desk)
    assert desk.trail() == ["totp_registration_started", "totp_registration_completed"]


def test_the_code_that_completes_a_registration_is_used(desk: Desk) -> None:
    started = desk.start()
    device = desk.device(started.secret)
    desk.complete(started, device.code())
    with pytest.raises(TotpAuthenticationFailed):
        desk.attempt(device.code())
    assert desk.trail()[-1] == "totp_authentication_replayed"
    desk.clock.advance(timedelta(seconds=30))
    desk.attempt(device.code())


def test_the_page_of_a_registration_shows_nothing_once_it_is_over(desk: Desk) -> None:
    started = desk.start()
    desk.complete(started, desk.device(started.secret).code())
    for reference in (started.uri, started.secret):
        with pytest.raises(SecretGone):
            desk.reveal(reference)


def test_five_codes_can_be_tried(desk: Desk) -> None:
    started = desk.start()
    code = desk.device(started.secret).code()
    assert wrong(desk, started, 4) == [4, 3, 2, 1]
    with pytest.raises(TotpRegistrationExpired, match="Too many wrong codes"):
        desk.complete(started, "nonsense")
    with pytest.raises(TotpRegistrationExpired):
        desk.complete(started, code)
    assert credentials(desk) == 0
    assert desk.trail() == ["totp_registration_started", "totp_registration_abandoned"]


def test_the_last_try_may_be_right(desk: Desk) -> None:
    started = desk.start()
    wrong(desk, started, 4)
    desk.complete(started, desk.device(started.secret).code())
    assert registered(desk)


@pytest.mark.parametrize(("left", "message"), [(2, "2 tries are left"), (1, "1 try is left")])
def test_who_mistypes_is_told_how_many_tries_are_left(desk: Desk, left: int, message: str) -> None:
    started = desk.start()
    wrong(desk, started, 4 - left)
    with pytest.raises(TotpCodeInvalid, match=message):
        desk.complete(started, "")


def test_a_registration_takes_15_minutes_at_most(desk: Desk) -> None:
    started = desk.start()
    device = desk.device(started.secret)
    desk.clock.advance(LIFETIME - timedelta(microseconds=1))
    assert desk.reveal(started.secret)
    desk.clock.advance(timedelta(microseconds=1))
    with pytest.raises(SecretGone):
        desk.reveal(started.secret)
    with pytest.raises(TotpRegistrationExpired, match="too long"):
        desk.complete(started, device.code())
    assert credentials(desk) == 0


def test_a_new_start_replaces_the_older_one(desk: Desk) -> None:
    older = desk.start()
    code = desk.device(older.secret).code()
    newer = desk.start("two")
    assert credentials(desk) == 1
    with pytest.raises(TotpRegistrationExpired):
        desk.complete(older, code)
    with pytest.raises(SecretGone):
        desk.reveal(older.uri)
    desk.complete(newer, desk.device(newer.secret).code(), "two")
    assert desk.trail()[:3] == ["totp_registration_started", "totp_registration_abandoned", "totp_registration_started"]


def test_a_start_that_was_used_up_does_not_stand_in_the_way(desk: Desk) -> None:
    started = desk.start()
    wrong(desk, started, 4)
    desk.clock.advance(LIFETIME)
    again = desk.start()
    desk.complete(again, desk.device(again.secret).code())


def test_who_is_registered_is_not_registered_again(scene: Scene) -> None:
    with pytest.raises(TotpAlreadyRegistered, match=r"'alice@example\.com'.*'Default'"):
        scene.start()


def test_another_instance_completes_nothing(desk: Desk) -> None:
    started = desk.start()
    with pytest.raises(TotpRegistrationExpired):
        desk.complete(started, desk.device(started.secret).code(), "two")
    desk.complete(started, desk.device(started.secret).code())


def test_a_user_who_was_locked_meanwhile_completes_nothing(desk: Desk) -> None:
    started = desk.start()
    code = desk.device(started.secret).code()
    desk.step(lambda session: desk.identity.lock_user(session, desk.people.user))
    with pytest.raises(UserLocked):
        desk.complete(started, code)
    with pytest.raises(UserLocked):
        desk.start()
    with pytest.raises(SecretGone):
        desk.reveal(started.secret)


def test_a_registration_by_another_way_ends_one_that_is_under_way(desk: Desk) -> None:
    started = desk.start()
    code = desk.device(started.secret).code()
    desk.step(lambda session: desk.identity.register_totp(session, desk.people.user, desk.people.policy))
    with pytest.raises(TotpRegistrationExpired):
        desk.complete(started, code)
    assert credentials(desk) == 1


def test_a_try_stays_charged_when_the_rest_of_the_step_fails(desk: Desk) -> None:
    started = desk.start()

    def step() -> None:
        with desk.database.write() as session:
            with pytest.raises(TotpCodeInvalid):
                desk.identity.complete_registration(session, started.id, "", "one")
            raise RuntimeError

    for _ in range(3):
        with pytest.raises(RuntimeError):
            step()
    assert wrong(desk, started, 1) == [1]


def test_the_policy_says_how_long_and_how_often(desk: Desk) -> None:
    with desk.database.write() as session:
        desk.identity.update_policy(session, desk.people.policy, registration_lifetime=60, registration_tries=1)
        policy = desk.identity.policy(session, "Default")
        started = desk.identity.start_registration(session, desk.people.user, policy, "one")
    assert started.expires_at == desk.clock.now() + timedelta(minutes=1)
    with pytest.raises(TotpRegistrationExpired, match="Too many"):
        desk.complete(started, "")


def test_what_nobody_completed_is_forgotten(desk: Desk) -> None:
    desk.start()
    assert desk.step(desk.identity.forget_expired) == 0
    desk.clock.advance(LIFETIME)
    assert desk.step(desk.identity.forget_expired) == 1
    assert credentials(desk) == 0
    with desk.database.read() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-1]
    assert (event.event, event.detail["reason"]) == ("totp_registration_abandoned", "expired")


def test_what_nobody_completed_is_forgotten_when_others_start(desk: Desk) -> None:
    desk.start()
    desk.clock.advance(LIFETIME)
    with desk.database.write() as session:
        bob = desk.identity.create_user(session, desk.people.store, external_id="bob")
        desk.identity.start_registration(session, bob, desk.people.policy, "two")
    assert credentials(desk) == 1


def test_only_the_page_of_the_instance_shows_the_secret(desk: Desk) -> None:
    started = desk.start()
    for reference in (started.uri, started.secret):
        desk.reveal(reference)
        with pytest.raises(SecretGone):
            desk.reveal(replace(reference, instance_id="two"))


def test_no_secret_is_in_what_a_process_gets(desk: Desk) -> None:
    started = desk.start()
    assert desk.reveal(started.secret) not in repr(started)
