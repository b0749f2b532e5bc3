"""The code of an authenticator app, or a recovery code, that is asked for after the password."""

from datetime import timedelta

import pytest
from flask import Flask

from engine.accounts import second_factors
from engine.accounts.back_off import FACTOR
from engine.accounts.sessions import HALFWAY
from engine.application import Application
from engine.store.models import AccountSession, SecondFactor
from tests.conftest import ManualClock
from tests.webui.backoffice.accounts.authenticator import CODE, FACTOR_PAGE, RECOVERY, App, give
from tests.webui.backoffice.accounts.signing_in import FORMS, OTHER, is_in
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited

FULL_WIDTH = "".join(chr(0xFF10 + digit) for digit in range(1, 7))


def cookie(operator: Operator) -> str:
    found = operator.client.get_cookie("idflow-backoffice")
    assert found
    return found.value


def test_a_code_is_asked_for_after_the_password_and_the_session_is_another(
    app: Flask, application: Application, phone: App
) -> None:
    person = Operator(app)
    asked = person.sign_in(next="/backoffice/forms?q=x")
    assert asked.location == f"{CODE}?next=/backoffice/forms?q%3Dx"
    before = cookie(person)
    for path in (FORMS, "/backoffice/account", "/backoffice/password"):
        assert person.get(path).location.startswith("/backoffice/sign-in?")
    assert person.get("/backoffice/api/forms/x/versions/1").status_code == 401
    person.get(asked.location)
    done = person.post(CODE, code=phone.code(), next="/backoffice/forms?q=x")
    assert done.location == "/backoffice/forms?q=x"
    assert cookie(person) != before
    assert is_in(person)
    thief = Operator(app)
    thief.client.set_cookie("idflow-backoffice", before)
    assert not is_in(thief)
    assert thief.get(CODE).location == "/backoffice/sign-in"
    events = [event for event, _ in audited(application, "second_factor_asked", "sign_in_succeeded")]
    assert events[-2:] == ["second_factor_asked", "sign_in_succeeded"]


@pytest.mark.parametrize("given", ["https://evil.example/", "//evil.example", "/backoffice/\r\nSet-Cookie: a=b"])
def test_the_code_never_leads_to_another_site(halfway: Operator, phone: App, given: str) -> None:
    halfway.get(CODE)
    assert halfway.post(CODE, code=phone.code(), next=given).location == "/backoffice/"


def test_a_code_works_once_for_anybody(app: Flask, halfway: Operator, phone: App, clock: ManualClock) -> None:
    code = phone.code()
    assert give(halfway, f" {code[:3]} {code[3:]} ").status_code == 303
    other = Operator(app)
    other.sign_in()
    assert give(other, code).status_code == 422
    # An older one is used up by a newer one.
    assert give(other, phone.code(-1)).status_code == 422
    clock.advance(timedelta(seconds=30))
    assert give(other, phone.code()).status_code == 303


@pytest.mark.parametrize("code", ["", "000000", "abcdef", FULL_WIDTH, "0" * 5000, "AAAA-BBBB-CCCC-DDDD", "\x00"])
def test_what_is_no_code_signs_nobody_in(halfway: Operator, code: str, application: Application) -> None:
    assert give(halfway, code).status_code == 422
    assert not is_in(halfway)
    failed = audited(application, "second_factor_failed")
    assert failed == [("second_factor_failed", {"account": "admin", "address": "198.51.100.1"})]


def test_guessing_codes_is_slowed_down_whatever_session_they_come_from(
    app: Flask, halfway: Operator, phone: App, clock: ManualClock
) -> None:
    for _ in range(FACTOR.free):
        assert give(halfway, "000000").status_code == 422
    other = Operator(app, "203.0.113.9")
    other.sign_in()
    refused = give(other, phone.code())
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    clock.advance(timedelta(seconds=1))
    assert give(other, phone.code()).status_code == 303
    clock.advance(timedelta(seconds=30))
    assert give(halfway, phone.code()).status_code == 303


def test_after_a_hundred_wrong_codes_only_a_recovery_code_helps(
    app: Flask, halfway: Operator, phone: App, application: Application, clock: ManualClock
) -> None:
    with application.database.write() as session:
        session.query(SecondFactor).one().failures = second_factors.CAP
    assert "Too many codes were wrong" in give(halfway, phone.code()).text
    assert give(halfway, phone.codes[0].lower().replace("-", " ")).status_code == 303
    other = Operator(app)
    other.sign_in()
    clock.advance(timedelta(seconds=30))
    assert give(other, phone.code()).status_code == 303


def test_a_recovery_code_works_once_and_new_ones_end_the_older(
    app: Flask, operator: Operator, halfway: Operator, phone: App, application: Application
) -> None:
    assert give(halfway, phone.codes[0]).status_code == 303
    assert "9 recovery codes left" in halfway.get("/backoffice/account").text
    other = Operator(app)
    other.sign_in()
    assert give(other, phone.codes[0]).status_code == 422
    operator.get(FACTOR_PAGE)
    assert operator.post(f"{FACTOR_PAGE}/codes", password="wrong").status_code == 422
    fresh = RECOVERY.findall(operator.post(f"{FACTOR_PAGE}/codes", password=PASSWORD).text)
    assert len(set(fresh) - set(phone.codes)) == 10
    assert give(other, phone.codes[1]).status_code == 422
    assert give(other, fresh[1]).status_code == 303
    assert audited(application, "sign_in_succeeded")[-1][1]["factor"] == "recovery"


def test_whoever_takes_too_long_begins_again(halfway: Operator, phone: App, clock: ManualClock) -> None:
    halfway.get(CODE)
    clock.advance(HALFWAY)
    assert halfway.post(CODE, code=phone.code()).location == "/backoffice/sign-in"
    assert not is_in(halfway)


def test_housekeeping_deletes_sessions_that_stayed_halfway(
    halfway: Operator, application: Application, clock: ManualClock
) -> None:
    clock.advance(HALFWAY)
    application.keep_house()
    with application.database.read() as session:
        assert [row.halfway for row in session.query(AccountSession)] == [False]


def test_a_new_password_by_a_link_does_not_get_around_it(app: Flask, application: Application, phone: App) -> None:
    issued = application.administration.reset_link("admin")
    person = Operator(app)
    person.get(f"/backoffice/reset/{issued.link}")
    assert person.post(f"/backoffice/reset/{issued.link}", new=OTHER, repeated=OTHER).status_code == 303
    assert person.sign_in(OTHER).location == CODE
