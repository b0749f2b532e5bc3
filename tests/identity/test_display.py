from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.identity import Redisplay, TotpDisplayDenied, TotpNotRegistered, UserLocked
from engine.store.models import TotpDisplay
from tests.identity.conftest import Desk, Scene


def redisplay(desk: Desk, policy: Redisplay, limit: int | None = 3) -> None:
    with desk.database.write() as session:
        desk.identity.update_policy(session, desk.people.policy, redisplay=policy, display_limit=limit)


def test_a_secret_is_shown_three_times_in_thirty_days(scene: Scene) -> None:
    for _ in range(3):
        scene.current()
        scene.clock.advance(timedelta(days=1))
    with pytest.raises(TotpDisplayDenied, match=r"3 times in 30 days.*again from 2026-02-14 09:30 UTC"):
        scene.current()
    scene.clock.advance(timedelta(days=27) - timedelta(microseconds=1))
    with pytest.raises(TotpDisplayDenied):
        scene.current()
    scene.clock.advance(timedelta(microseconds=1))
    scene.current()
    with pytest.raises(TotpDisplayDenied):
        scene.current()


def test_what_no_policy_counts_any_more_is_forgotten(scene: Scene) -> None:
    scene.current()
    scene.clock.advance(timedelta(days=30) - timedelta(microseconds=1))
    assert scene.step(scene.identity.forget_expired) == 0
    scene.current()
    scene.clock.advance(timedelta(microseconds=1))
    assert scene.step(scene.identity.forget_expired) == 1
    assert scene.step(scene.identity.forget_expired) == 0
    with scene.database.read() as session:
        assert session.scalars(select(TotpDisplay.at)).all() == [scene.clock.now() - timedelta(microseconds=1)]


def test_a_page_can_be_reloaded(scene: Scene) -> None:
    shown = scene.current()
    assert {scene.reveal(shown.secret) for _ in range(9)} == {scene.phone.secret}


def test_a_denied_display_does_not_count(scene: Scene) -> None:
    redisplay(scene, Redisplay.NEVER)
    for _ in range(5):
        with pytest.raises(TotpDisplayDenied, match="never shows"):
            scene.current()
    redisplay(scene, Redisplay.WITH_TOKEN)
    scene.current()


@pytest.mark.parametrize(("limit", "shown"), [(1, 1), (5, 5), (None, 20)])
def test_a_policy_has_its_own_limit_or_none(scene: Scene, limit: int | None, shown: int) -> None:
    redisplay(scene, Redisplay.WITH_TOKEN, limit)
    for _ in range(shown):
        scene.current()
    if limit is not None:
        with pytest.raises(TotpDisplayDenied):
            scene.current()


def test_an_authentication_in_this_very_instance_comes_first(scene: Scene) -> None:
    redisplay(scene, Redisplay.AFTER_AUTHENTICATION)
    with pytest.raises(TotpDisplayDenied, match="authentication step is needed first"):
        scene.current("one")
    scene.attempt(scene.phone.code(), "two")
    with pytest.raises(TotpDisplayDenied):
        scene.current("one")
    assert scene.reveal(scene.current("two").secret) == scene.phone.secret


def test_a_failed_authentication_shows_nothing(scene: Scene) -> None:
    redisplay(scene, Redisplay.AFTER_AUTHENTICATION)
    with pytest.raises(Exception, match="not right"):
        scene.attempt(scene.phone.wrong())
    with pytest.raises(TotpDisplayDenied):
        scene.current()


def test_the_authentication_of_another_user_shows_nothing(scene: Scene) -> None:
    redisplay(scene, Redisplay.AFTER_AUTHENTICATION)
    scene.attempt(scene.phone.code())
    with scene.database.write() as session:
        policy = scene.identity.policy(session, "Default")
        bob = scene.identity.create_user(session, scene.people.store, external_id="bob")
        scene.identity.register_totp(session, bob, policy)
        with pytest.raises(TotpDisplayDenied):
            scene.identity.current_totp(session, bob, policy, "one")


def test_the_authentication_under_another_policy_shows_nothing(scene: Scene) -> None:
    redisplay(scene, Redisplay.AFTER_AUTHENTICATION)
    scene.attempt(scene.phone.code())
    with scene.database.write() as session:
        other = scene.identity.create_policy(session, "O", issuer="I", redisplay=Redisplay.AFTER_AUTHENTICATION)
        scene.identity.register_totp(session, scene.people.user, other)
        with pytest.raises(TotpDisplayDenied):
            scene.identity.current_totp(session, scene.people.user, other, "one")


def test_an_authentication_that_was_rolled_back_shows_nothing(scene: Scene) -> None:
    redisplay(scene, Redisplay.AFTER_AUTHENTICATION)

    def step() -> None:
        with scene.database.write() as session:
            user, policy = scene.people.user, scene.people.policy
            scene.identity.authenticate_totp(session, user, policy, scene.phone.code(), "one")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        step()
    with pytest.raises(TotpDisplayDenied):
        scene.current()


def test_who_has_deregistered_is_shown_nothing(scene: Scene) -> None:
    scene.step(lambda session: scene.identity.deregister_totp(session, scene.people.user, scene.people.policy, "one"))
    with pytest.raises(TotpNotRegistered):
        scene.current()
    with pytest.raises(TotpNotRegistered):
        scene.step(lambda session: scene.identity.deregister_totp(session, scene.people.user, scene.people.policy))
    assert scene.trail() == ["totp_deregistered"]


def test_a_new_registration_has_all_its_displays(scene: Scene) -> None:
    for _ in range(3):
        scene.current()
    scene.step(lambda session: scene.identity.deregister_totp(session, scene.people.user, scene.people.policy))
    scene.step(lambda session: scene.identity.register_totp(session, scene.people.user, scene.people.policy))
    scene.current()


def test_a_lock_that_was_set_after_the_user_was_loaded_counts(scene: Scene) -> None:
    scene.step(lambda session: scene.identity.lock_user(session, scene.people.user))
    with pytest.raises(UserLocked):
        scene.current()
