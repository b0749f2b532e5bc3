import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.instances.conftest import Clock
from tests.journeys.conftest import Installation, Visitor

JOURNEY = "totp_registration"


@pytest.fixture
def visitor(installation: Installation) -> Visitor:
    installation.add("alice")
    visitor = installation.visit(JOURNEY, "alice")
    assert visitor.at == "register"
    return visitor


def test_the_scanned_secret_makes_the_code_that_completes_it(installation: Installation, visitor: Visitor) -> None:
    (secret,) = parse_qs(urlsplit(visitor.uri).query)["secret"]
    assert secret == installation.random.secrets[-1]
    page = visitor.page
    assert secret in page.html
    assert page.holds_secret
    assert "account <strong>alice</strong>" in page.html
    assert visitor.submit(code=installation.code(secret)) == "show_codes"
    assert visitor.submit() is None
    assert visitor.ended == ("COMPLETED", "Your authenticator is set up")
    registration = visitor.kept["totpRegistrations"]["totpReg1"]
    assert (registration["status"], registration["secret"], registration["qrCodeString"]) == ("COMPLETED", None, None)


def test_the_registered_authenticator_and_the_recovery_codes_work(
    installation: Installation, visitor: Visitor, clock: Clock
) -> None:
    visitor.submit(code=installation.code(installation.random.secrets[-1]))
    page = visitor.page
    assert page.holds_secret
    clock.advance(seconds=30)
    again = installation.visit("totp_authentication", "alice")
    assert again.submit(code=installation.code(installation.random.secrets[-1])) is None
    assert again.ended[0] == "COMPLETED"
    code = re.findall(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", str(page.html))[0]
    lost = installation.visit("device_lost", "alice")
    assert lost.submit(code=code) == "register"


def test_a_wrong_code_says_how_many_tries_are_left_and_the_right_one_goes_on(
    installation: Installation, visitor: Visitor
) -> None:
    secret = installation.random.secrets[-1]
    assert visitor.submit(code=installation.wrong_code()) == "register"
    assert "4 tries" in visitor.page.html
    assert visitor.submit(code=installation.code(secret)) == "show_codes"


def test_after_too_many_wrong_codes_there_is_a_new_secret(installation: Installation, visitor: Visitor) -> None:
    first = installation.random.secrets[-1]
    at: str | None = "register"
    for _ in range(6):
        if at == "register":
            at = visitor.submit(code=installation.wrong_code())
    assert at == "start_again"
    assert visitor.submit() == "register"
    assert installation.random.secrets[-1] != first
    assert visitor.submit(code=installation.code(installation.random.secrets[-1])) == "show_codes"


def test_what_took_too_long_begins_again(installation: Installation, visitor: Visitor, clock: Clock) -> None:
    clock.advance(minutes=16)
    assert visitor.submit(code=installation.code(installation.random.secrets[-1])) == "start_again"
    assert visitor.submit() == "register"
    assert visitor.submit(code=installation.code(installation.random.secrets[-1])) == "show_codes"


def test_a_page_that_can_show_the_secret_no_longer_gives_way(
    installation: Installation, visitor: Visitor, clock: Clock
) -> None:
    clock.advance(minutes=15)
    installation.work()
    assert visitor.at == "start_again"
    assert visitor.submit() == "register"
    assert visitor.submit(code=installation.code(installation.random.secrets[-1])) == "show_codes"


def test_recovery_codes_that_nobody_takes_are_shown_for_an_hour(
    installation: Installation, visitor: Visitor, clock: Clock
) -> None:
    visitor.submit(code=installation.code(installation.random.secrets[-1]))
    clock.advance(hours=1)
    installation.work()
    assert visitor.ended == ("COMPLETED", "Set up without recovery codes")


def test_who_is_registered_already_is_told_so(installation: Installation) -> None:
    visitor = installation.visit(JOURNEY)
    assert visitor.ended == ("DECLINED", "You are registered already")


def test_who_left_before_the_code_can_begin_again(installation: Installation, visitor: Visitor) -> None:
    again = installation.visit(JOURNEY, "alice")
    assert again.submit(code=installation.code(installation.random.secrets[-1])) == "show_codes"


def test_nobody_is_found_by_an_unknown_name(installation: Installation) -> None:
    assert installation.visit(JOURNEY, "nobody").ended == ("DECLINED", "We cannot find your account")


def test_a_locked_user_cannot_begin(installation: Installation) -> None:
    installation.add("alice")
    installation.change(lambda app, session, user: app.identity.lock_user(session, user), "alice")
    assert installation.visit(JOURNEY, "alice").ended == ("DECLINED", "Your account is locked")


def test_a_user_who_is_locked_meanwhile_cannot_complete(installation: Installation, visitor: Visitor) -> None:
    installation.change(lambda app, session, user: app.identity.lock_user(session, user), "alice")
    visitor.submit(code=installation.code(installation.random.secrets[-1]))
    assert visitor.ended == ("DECLINED", "Your account is locked")


def test_a_field_filled_in_wrongly_too_often_ends_it(installation: Installation, visitor: Visitor) -> None:
    for _ in range(10):
        visitor.submit(code="12")
    assert visitor.ended == ("DECLINED", "Too many tries")
