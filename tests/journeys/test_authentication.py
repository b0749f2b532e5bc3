"""The journeys that begin with the code of an authenticator."""

from typing import Any

import pytest

from engine import demo
from engine.application import Application
from engine.identity import UserRecord
from tests.instances.conftest import Clock
from tests.journeys.conftest import Installation

THEN = {"totp_authentication": None, "get_current_totp_step_up": "show_current_totp", "deregister_totp": "confirm"}
EVERY = pytest.mark.parametrize("journey", THEN)


@EVERY
def test_the_right_code_goes_on(installation: Installation, journey: str) -> None:
    visitor = installation.visit(journey)
    assert visitor.at == "enter_code"
    assert visitor.submit(code=installation.code()) == THEN[journey]
    authentication = visitor.kept["totpAuthentication"]
    assert authentication == {"result": "SUCCEEDED", "at": installation.clock.now().isoformat()}


@EVERY
@pytest.mark.parametrize("right", [True, False])
def test_a_code_is_forgotten_whether_it_was_right_or_not(
    installation: Installation, journey: str, *, right: bool
) -> None:
    visitor = installation.visit(journey)
    visitor.submit(code=installation.code() if right else installation.wrong_code())
    (answers,) = (
        each for each in installation.show(visitor.id).variables["_customFormData"].values() if "code" in each
    )
    assert answers == {"code": None}


@EVERY
def test_a_wrong_code_says_so_and_the_right_one_goes_on(installation: Installation, journey: str) -> None:
    visitor = installation.visit(journey)
    assert visitor.submit(code=installation.wrong_code()) == "enter_code"
    assert "4 attempts are left." in visitor.page.html
    assert visitor.submit(code=installation.code()) == THEN[journey]


@EVERY
def test_a_code_is_good_for_one_use(installation: Installation, journey: str, clock: Clock) -> None:
    code = installation.code()
    installation.visit(journey).submit(code=code)
    again = installation.visit(journey)
    assert again.submit(code=code) == "enter_code"
    clock.advance(seconds=30)
    assert again.submit(code=installation.code()) == THEN[journey]


@EVERY
def test_after_too_many_wrong_codes_it_ends(installation: Installation, journey: str, clock: Clock) -> None:
    visitor = installation.visit(journey)
    for _ in range(5):
        assert visitor.at == "enter_code"
        visitor.submit(code=installation.wrong_code())
        clock.advance(minutes=1)
    assert visitor.ended == ("DECLINED", "Too many tries")


@EVERY
def test_after_some_wrong_codes_even_the_right_one_has_to_wait(
    installation: Installation, journey: str, clock: Clock
) -> None:
    visitor = installation.visit(journey)
    at: str | None = "enter_code"
    for _ in range(5):
        if at == "enter_code":
            at = visitor.submit(code=installation.wrong_code())
    assert at == "wait"
    assert visitor.submit() == "enter_code"
    assert visitor.submit(code=installation.code()) == "wait"
    clock.advance(minutes=30)
    assert visitor.submit() == "enter_code"
    assert visitor.submit(code=installation.code()) == THEN[journey]


@EVERY
def test_a_locked_user_waits_until_somebody_unlocks(installation: Installation, journey: str) -> None:
    visitor = installation.visit(journey)
    installation.change(lambda app, session, user: app.identity.lock_user(session, user))
    assert visitor.submit(code=installation.code()) == "wait"
    installation.change(lambda app, session, user: app.identity.unlock_user(session, user))
    assert visitor.submit() == "enter_code"
    assert visitor.submit(code=installation.code()) == THEN[journey]


@EVERY
def test_who_has_no_authenticator_is_told_so(installation: Installation, journey: str) -> None:
    installation.add("alice")
    visitor = installation.visit(journey, "alice")
    visitor.submit(code="123456")
    assert visitor.ended == ("DECLINED", "You have no authenticator")


@EVERY
def test_nobody_is_found_by_an_unknown_name(installation: Installation, journey: str) -> None:
    assert installation.visit(journey, "nobody").ended == ("DECLINED", "We cannot find your account")


@EVERY
def test_a_user_who_is_deleted_meanwhile_is_no_incident(installation: Installation, journey: str) -> None:
    visitor = installation.visit(journey)
    installation.change(lambda app, session, user: app.identity.delete_user(session, user))
    visitor.submit(code="123456")
    assert visitor.ended == ("DECLINED", "This is not available")
    assert "problem" in installation.show(visitor.id).variables


@EVERY
def test_a_field_filled_in_wrongly_too_often_ends_it(installation: Installation, journey: str) -> None:
    visitor = installation.visit(journey)
    for _ in range(10):
        visitor.submit(code="12")
    assert visitor.ended == ("DECLINED", "Too many tries")


def test_an_authenticated_user_sees_the_secret_again(installation: Installation) -> None:
    visitor = installation.visit("get_current_totp_step_up")
    visitor.submit(code=installation.code())
    assert f"secret={installation.random.secrets[0]}&" in visitor.uri
    assert visitor.submit() is None
    assert visitor.ended == ("COMPLETED", "Finished")


def test_nothing_is_shown_more_often_than_the_policy_allows(installation: Installation, clock: Clock) -> None:
    def limit(app: Application, session: Any, _user: UserRecord) -> None:
        app.identity.update_policy(session, app.identity.policy(session, demo.POLICY), display_limit=3)

    installation.change(limit)
    for _ in range(3):
        visitor = installation.visit("get_current_totp_step_up")
        assert visitor.submit(code=installation.code()) == "show_current_totp"
        clock.advance(seconds=30)
    visitor = installation.visit("get_current_totp_step_up")
    visitor.submit(code=installation.code())
    assert visitor.ended == ("DECLINED", "This cannot be shown again")


def test_a_user_who_is_locked_after_the_code_sees_nothing(installation: Installation) -> None:
    installation.add("alice")
    visitor = installation.visit("deregister_totp")
    visitor.submit(code=installation.code())
    installation.change(lambda app, session, user: app.identity.delete_user(session, user))
    visitor.submit()
    assert visitor.ended == ("DECLINED", "This is not available")


def test_a_removed_authenticator_works_no_longer(installation: Installation, clock: Clock) -> None:
    visitor = installation.visit("deregister_totp")
    visitor.submit(code=installation.code())
    assert visitor.submit() is None
    assert visitor.ended == ("COMPLETED", "Your authenticator is removed")
    clock.advance(seconds=30)
    after = installation.visit("totp_authentication")
    after.submit(code=installation.code())
    assert after.ended == ("DECLINED", "You have no authenticator")
    assert installation.visit("totp_registration", demo.USER).at == "register"


def test_what_was_removed_meanwhile_needs_no_removing(installation: Installation, clock: Clock) -> None:
    first, second = installation.visit("deregister_totp"), installation.visit("deregister_totp")
    first.submit(code=installation.code())
    clock.advance(seconds=30)
    second.submit(code=installation.code())
    first.submit()
    second.submit()
    assert second.ended == ("DECLINED", "You have no authenticator")
