from contextlib import nullcontext, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine.identity import (
    Identity,
    SealBroken,
    TotpAuthenticationFailed,
    TotpNotRegistered,
    UserLocked,
    UserStatus,
    Vault,
)
from engine.store import Database
from engine.store.models import AuditEvent
from tests.identity.conftest import KEK, Scene

STEP = timedelta(seconds=30)


def failures(scene: Scene, count: int) -> list[type[Exception]]:
    """Return how `count` wrong codes are answered."""
    answers: list[type[Exception]] = []
    for _ in range(count):
        with pytest.raises((TotpAuthenticationFailed, UserLocked)) as refused:
            scene.attempt(scene.phone.wrong())
        answers.append(refused.type)
    return answers


def test_a_right_code_authenticates(scene: Scene) -> None:
    done = scene.attempt(scene.phone.code())
    assert done.at == scene.clock.now()
    with scene.database.read() as session:
        user = scene.identity.user_by_id(session, scene.people.store, scene.people.user.id)
        assert user.last_authenticated_at == scene.clock.now()
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-1]
    assert (event.instance_id, event.user_id) == ("one", scene.people.user.id)
    assert event.detail == {"policy": "Default", "credential": done.credential_id}
    assert scene.trail() == ["totp_authentication_succeeded"]


def test_a_code_is_right_once_in_whatever_instance(scene: Scene) -> None:
    scene.attempt(scene.phone.code())
    for instance in ("one", "two"):
        with pytest.raises(TotpAuthenticationFailed):
            scene.attempt(scene.phone.code(), instance)
    assert scene.trail()[1:] == ["totp_authentication_replayed"] * 2


def test_an_older_code_is_refused_after_a_newer_one(scene: Scene) -> None:
    older = scene.phone.code()
    scene.clock.advance(STEP)
    scene.attempt(scene.phone.code())
    with pytest.raises(TotpAuthenticationFailed):
        scene.attempt(older)
    assert scene.trail()[-1] == "totp_authentication_replayed"
    scene.clock.advance(STEP)
    scene.attempt(scene.phone.code())


def test_a_used_code_stays_used_after_a_restart(scene: Scene, tmp_path: Path) -> None:
    scene.attempt(scene.phone.code())
    scene.database.close()
    again = Database(f"sqlite:///{tmp_path / 't.sqlite3'}")
    with again.write() as session:
        identity = Identity(Vault.open(session, KEK, scene.clock), scene.clock)
        with pytest.raises(TotpAuthenticationFailed):
            identity.authenticate_totp(session, scene.people.user, scene.people.policy, scene.phone.code(), "two")
    again.close()


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, False)])
def test_a_policy_looks_one_step_behind(scene: Scene, steps: int, right: bool) -> None:
    if right:
        scene.attempt(scene.phone.code(steps))
        return
    with pytest.raises(TotpAuthenticationFailed):
        scene.attempt(scene.phone.code(steps))


def test_a_slow_clock_is_learned_by_successes_only(scene: Scene) -> None:
    with pytest.raises(TotpAuthenticationFailed):
        scene.attempt(scene.phone.code(-2))
    for steps in (-1, -2, -3, -3):
        scene.clock.advance(2 * STEP)
        scene.attempt(scene.phone.code(steps))
    scene.clock.advance(2 * STEP)
    with pytest.raises(TotpAuthenticationFailed):
        scene.attempt(scene.phone.code(-4))


def test_a_later_policy_does_not_change_the_window_of_a_device(scene: Scene) -> None:
    with scene.database.write() as session:
        scene.identity.update_policy(session, scene.people.policy, look_behind=0, digits=8, period=60)
    scene.attempt(scene.phone.code(-1))


def test_after_three_failures_the_user_has_to_wait(scene: Scene) -> None:
    assert failures(scene, 3) == [TotpAuthenticationFailed] * 3
    for wait in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900):
        with pytest.raises(UserLocked, match="has to wait until") as refused:
            scene.attempt(scene.phone.code())
        assert refused.value.until == scene.clock.now() + timedelta(seconds=wait)
        scene.clock.advance(timedelta(seconds=wait))
        assert failures(scene, 1) == [TotpAuthenticationFailed]


def test_attempts_during_a_wait_do_not_lengthen_it(scene: Scene) -> None:
    failures(scene, 3)
    assert failures(scene, 20) == [UserLocked] * 20
    assert scene.trail()[3:] == ["totp_authentication_locked"] * 20
    scene.clock.advance(timedelta(seconds=1))
    scene.attempt(scene.phone.code())


def test_a_success_starts_the_count_again(scene: Scene) -> None:
    failures(scene, 2)
    scene.attempt(scene.phone.code())
    assert failures(scene, 4) == [TotpAuthenticationFailed] * 3 + [UserLocked]
    scene.clock.advance(STEP)
    scene.attempt(scene.phone.code())


def test_a_hundred_failures_lock_the_user(scene: Scene) -> None:
    for _ in range(100):
        assert failures(scene, 1) == [TotpAuthenticationFailed]
        scene.clock.advance(timedelta(seconds=900))
    with pytest.raises(UserLocked, match="is LOCKED") as refused:
        scene.attempt(scene.phone.code())
    assert refused.value.until is None
    assert scene.trail()[-2:] == ["user_locked", "totp_authentication_locked"]
    with scene.database.write() as session:
        locked = scene.identity.user_by_id(session, scene.people.store, scene.people.user.id)
        assert locked.status is UserStatus.LOCKED
        assert scene.identity.unlock_user(session, locked).status is UserStatus.ACTIVE
    scene.attempt(scene.phone.code())


def test_who_is_unlocked_has_to_wait_no_longer(scene: Scene) -> None:
    failures(scene, 4)
    with scene.database.write() as session:
        scene.identity.unlock_user(session, scene.people.user)
    scene.attempt(scene.phone.code())


def test_a_process_may_allow_fewer_attempts(scene: Scene) -> None:
    left = []
    for _ in range(3):
        with pytest.raises(TotpAuthenticationFailed) as refused:
            scene.attempt(scene.phone.wrong(), "one", 2)
        left.append(refused.value.attempts_left)
    assert left == [1, 0, 0]
    # The third one was not looked at, nor charged; another process takes the right code.
    scene.attempt(scene.phone.code(), "two", 2)
    scene.clock.advance(STEP)
    with pytest.raises(TotpAuthenticationFailed, match="All 2 attempts"):
        scene.attempt(scene.phone.code(), "one", 2)
    scene.attempt(scene.phone.code(), "one", 3)


def test_a_failure_without_limit_says_nothing_of_what_is_left(scene: Scene) -> None:
    with pytest.raises(TotpAuthenticationFailed) as refused:
        scene.attempt(scene.phone.wrong())
    assert refused.value.attempts_left is None
    assert "left" not in refused.value.message
    assert refused.value.error_code == "TotpAuthenticationFailed"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12 34 56", "١٢٣٤٥٦", "abcdef", "x" * 10_000])
def test_what_is_no_code_is_a_failure_that_is_charged(scene: Scene, code: str) -> None:
    for _ in range(3):
        with pytest.raises(TotpAuthenticationFailed):
            scene.attempt(code)
    with pytest.raises(UserLocked):
        scene.attempt(scene.phone.code())


def test_who_is_not_registered_is_told_and_not_charged(scene: Scene) -> None:
    with scene.database.write() as session:
        other = scene.identity.create_policy(session, "Other", issuer="I")
        for _ in range(5):
            with pytest.raises(TotpNotRegistered, match=r"'alice@example\.com'.*'Other'"):
                scene.identity.authenticate_totp(session, scene.people.user, other, "123456", "one")


class StepFailed(Exception):
    """What the rest of a step fails with."""


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("savepoint", [True, False])
def test_an_attempt_stays_charged_when_the_rest_of_the_step_fails(scene: Scene, right: bool, savepoint: bool) -> None:
    def authenticate_and_fail(session: Session) -> None:
        user, policy = scene.people.user, scene.people.policy
        with suppress(TotpAuthenticationFailed):
            code = scene.phone.code() if right else scene.phone.wrong()
            scene.identity.authenticate_totp(session, user, policy, code, "one")
        raise StepFailed

    def step() -> None:
        passing = suppress(StepFailed) if savepoint else nullcontext()
        with scene.database.write() as session, passing, session.begin_nested():
            authenticate_and_fail(session)

    for _ in range(3):
        if savepoint:
            step()
        else:
            with pytest.raises(StepFailed):
                step()
    assert scene.trail() == ["totp_authentication_failed"] * 3
    with pytest.raises(UserLocked, match="failed 3 times"):
        scene.attempt(scene.phone.code())


def test_two_attempts_of_one_step_that_fails_are_charged_twice(scene: Scene) -> None:
    def step() -> None:
        with scene.database.write() as session:
            for _ in range(2):
                with pytest.raises(TotpAuthenticationFailed):
                    scene.identity.authenticate_totp(
                        session, scene.people.user, scene.people.policy, scene.phone.wrong(), "one"
                    )
            raise StepFailed

    with pytest.raises(StepFailed):
        step()
    assert failures(scene, 2) == [TotpAuthenticationFailed, UserLocked]


def test_attempts_of_failed_steps_lock_the_user_too(scene: Scene) -> None:
    def step() -> None:
        with scene.database.write() as session:
            scene.identity.authenticate_totp(session, scene.people.user, policy, scene.phone.code(), "one")
            raise StepFailed

    with scene.database.write() as session:
        policy = scene.identity.update_policy(session, scene.people.policy, failure_cap=3)
    for _ in range(3):
        with pytest.raises(StepFailed):
            step()
        scene.clock.advance(STEP)
    with pytest.raises(UserLocked, match="is LOCKED"):
        scene.attempt(scene.phone.code())


def test_a_credential_that_was_altered_proves_nothing(scene: Scene) -> None:
    with scene.database.write() as session:
        session.execute(text("UPDATE totp_credentials SET period = 60"))
    with pytest.raises(SealBroken):
        scene.attempt(scene.phone.code())


def test_no_code_is_audited(scene: Scene) -> None:
    wrong, right = scene.phone.wrong(), scene.phone.code()
    with pytest.raises(TotpAuthenticationFailed) as refused:
        scene.attempt(wrong)
    scene.attempt(right)
    with scene.database.read() as session:
        said = str([event.detail for event in session.scalars(select(AuditEvent))]) + repr(refused.value)
    assert wrong not in said
    assert right not in said
