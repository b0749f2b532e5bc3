import pytest

from tests.instances.conftest import Clock
from tests.journeys.conftest import Installation

JOURNEY = "device_lost"
WRONG = "0000-0000-0000-0000"


def test_a_recovery_code_leads_to_a_new_authenticator_and_the_old_one_is_revoked(
    installation: Installation, clock: Clock
) -> None:
    code = installation.recovery_codes()[0]
    visitor = installation.visit(JOURNEY)
    assert visitor.submit(code=code) == "register"
    old, new = installation.random.secrets[0], installation.random.secrets[-1]
    assert f"secret={new}&" in visitor.uri
    assert visitor.submit(code=installation.code(new)) is None
    assert visitor.ended == ("COMPLETED", "Your new authenticator is set up")
    clock.advance(seconds=30)
    login = installation.visit("totp_authentication")
    assert login.submit(code=installation.code(old)) == "enter_code"
    assert login.submit(code=installation.code(new)) is None


def test_a_recovery_code_is_good_for_one_use(installation: Installation) -> None:
    first, second = installation.recovery_codes()[:2]
    installation.visit(JOURNEY).submit(code=first)
    visitor = installation.visit(JOURNEY)
    assert visitor.submit(code=first) == "enter_code"
    assert "<strong></strong>" not in visitor.page.html
    assert visitor.submit(code=second) == "register"


def test_a_code_is_read_as_people_write_it(installation: Installation) -> None:
    code = installation.recovery_codes()[0]
    assert installation.visit(JOURNEY).submit(code=f" {code.lower().replace('-', ' ')} ") == "register"


def test_a_code_is_forgotten_once_it_was_right(installation: Installation) -> None:
    code = installation.recovery_codes()[0]
    visitor = installation.visit(JOURNEY)
    visitor.submit(code=code)
    assert installation.show(visitor.id).variables["_customFormData"]["RecoveryCode"] == {"code": None}


def test_who_has_no_authenticator_left_gets_one(installation: Installation, clock: Clock) -> None:
    (code, *_) = installation.recovery_codes()
    gone = installation.visit("deregister_totp")
    gone.submit(code=installation.code())
    gone.submit()
    visitor = installation.visit(JOURNEY)
    assert visitor.submit(code=code) == "register"


def test_after_some_wrong_codes_even_the_right_one_has_to_wait(installation: Installation, clock: Clock) -> None:
    code = installation.recovery_codes()[0]
    visitor = installation.visit(JOURNEY)
    at: str | None = "enter_code"
    for _ in range(5):
        if at == "enter_code":
            at = visitor.submit(code=WRONG)
    assert at == "wait"
    assert visitor.submit() == "enter_code"
    assert visitor.submit(code=code) == "wait"
    clock.advance(minutes=30)
    visitor.submit()
    assert visitor.submit(code=code) == "register"


def test_a_locked_user_waits_until_somebody_unlocks(installation: Installation) -> None:
    code = installation.recovery_codes()[0]
    visitor = installation.visit(JOURNEY)
    installation.change(lambda app, session, user: app.identity.lock_user(session, user))
    assert visitor.submit(code=code) == "wait"
    installation.change(lambda app, session, user: app.identity.unlock_user(session, user))
    visitor.submit()
    assert visitor.submit(code=code) == "register"


def test_what_took_too_long_begins_again_without_another_recovery_code(
    installation: Installation, clock: Clock
) -> None:
    visitor = installation.visit(JOURNEY)
    visitor.submit(code=installation.recovery_codes()[0])
    clock.advance(minutes=16)
    assert visitor.submit(code=installation.code(installation.random.secrets[-1])) == "start_again"
    assert visitor.submit() == "register"
    assert visitor.submit(code=installation.code(installation.random.secrets[-1])) is None
    assert visitor.ended[0] == "COMPLETED"


@pytest.mark.parametrize("typed", ["", "x" * 41])
def test_a_field_filled_in_wrongly_too_often_ends_it(installation: Installation, typed: str) -> None:
    visitor = installation.visit(JOURNEY)
    for _ in range(10):
        visitor.submit(code=typed)
    assert visitor.ended == ("DECLINED", "Too many tries")


def test_nobody_is_found_by_an_unknown_name(installation: Installation) -> None:
    assert installation.visit(JOURNEY, "nobody").ended == ("DECLINED", "We cannot find your account")
