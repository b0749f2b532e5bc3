"""The authenticator app as second factor: set up, asked for, guessed at, lost."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.accounts import Role, second_factors
from engine.accounts.back_off import FACTOR
from engine.accounts.sessions import HALFWAY
from engine.application import Application
from engine.config import Settings
from engine.identity.rotation import Rotation
from engine.store.models import AccountRecoveryCode, AccountSession, SecondFactor
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited
from webui import create_app

FACTOR_PAGE, CODE, FORMS = "/backoffice/account/second-factor", "/backoffice/sign-in/code", "/backoffice/forms"
FULL_WIDTH = "".join(chr(0xFF10 + digit) for digit in range(1, 7))
STEP = timedelta(seconds=30)
KEY = re.compile(r'<code class="key">([A-Z2-7]{32})</code>')
RECOVERY = re.compile(r"<li><code>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</code></li>")


class App:
    """An authenticator app, with the recovery codes that its owner kept."""

    def __init__(self, secret: str, clock: ManualClock) -> None:
        self.secret = secret
        self._clock = clock
        self.codes: list[str] = []

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(self._clock.now() + steps * STEP)


def is_in(operator: Operator) -> bool:
    return operator.get(FORMS).status_code == 200


def cookie(operator: Operator) -> str:
    found = operator.client.get_cookie("idflow-backoffice")
    assert found
    return found.value


def secret_of(operator: Operator, password: str = PASSWORD) -> str:
    operator.get(FACTOR_PAGE)
    operator.post(FACTOR_PAGE, password=password)
    found = KEY.search(operator.get(FACTOR_PAGE).text)
    assert found
    return found[1]


def set_up(operator: Operator, clock: ManualClock, password: str = PASSWORD) -> App:
    app = App(secret_of(operator, password), clock)
    done = operator.post(f"{FACTOR_PAGE}/confirm", code=app.code())
    app.codes = RECOVERY.findall(done.text)
    assert len(app.codes) == 10, done.text
    clock.advance(timedelta(seconds=90))
    return app


def give(person: Operator, code: str) -> TestResponse:
    person.get(CODE)
    return person.post(CODE, code=code)


@pytest.fixture
def phone(operator: Operator, clock: ManualClock) -> App:
    """The app of the administrator."""
    return set_up(operator, clock)


@pytest.fixture
def halfway(app: Flask, phone: App) -> Operator:
    """Somebody who knows the password."""
    person = Operator(app, "198.51.100.1")
    assert person.sign_in().location == CODE
    return person


def test_an_app_is_set_up_with_the_password_and_a_code(
    operator: Operator, app: Flask, application: Application, clock: ManualClock
) -> None:
    other = Operator(app)
    other.sign_in()
    operator.get(FACTOR_PAGE)
    assert operator.post(FACTOR_PAGE, password="not it").status_code == 422
    assert "not right" in operator.post(FACTOR_PAGE, password="").text
    assert KEY.search(operator.get(FACTOR_PAGE).text) is None
    first, second = secret_of(operator), secret_of(operator)
    assert first != second
    assert operator.post(f"{FACTOR_PAGE}/confirm", code="000000").status_code == 422
    assert operator.post(f"{FACTOR_PAGE}/confirm", code=App(first, clock).code()).status_code == 422
    assert Operator(app).sign_in().location == "/backoffice/"
    phone = set_up(operator, clock)
    assert is_in(operator)
    assert not is_in(other)
    page = operator.get(FACTOR_PAGE).text
    assert phone.secret not in page
    assert "10 codes left" in page
    assert operator.post(FACTOR_PAGE, password=PASSWORD).status_code == 409
    kept = stored.content(application.database)
    assert phone.secret.encode() not in kept
    assert not any(code.replace("-", "").encode() in kept for code in phone.codes)
    assert [detail for _, detail in audited(application, "second_factor_set_up")] == [{"account": "admin"}]


def test_a_secret_that_nobody_confirmed_is_not_shown_for_long(
    operator: Operator, clock: ManualClock, application: Application
) -> None:
    phone = App(secret_of(operator), clock)
    clock.advance(second_factors.SETUP_LASTS)
    assert KEY.search(operator.get(FACTOR_PAGE).text) is None
    assert operator.post(f"{FACTOR_PAGE}/confirm", code=phone.code()).status_code == 422
    application.keep_house()
    with application.database.read() as session:
        assert session.query(SecondFactor).count() == 0


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


def test_it_is_turned_off_with_the_password(operator: Operator, app: Flask, phone: App) -> None:
    operator.get(FACTOR_PAGE)
    assert operator.post(f"{FACTOR_PAGE}/off", password="wrong").status_code == 422
    assert operator.post(f"{FACTOR_PAGE}/off", password=PASSWORD).status_code == 303
    assert operator.post(f"{FACTOR_PAGE}/codes", password=PASSWORD).status_code == 422
    assert Operator(app).sign_in().location == "/backoffice/"


def test_an_administrator_resets_it_for_somebody_who_lost_the_phone(
    operator: Operator, app: Flask, colleague: Callable[..., Operator], application: Application, clock: ManualClock
) -> None:
    ada = colleague(Role.VIEWER, "ada")
    set_up(ada, clock)
    operator.get("/backoffice/accounts/ada/do/reset-factor")
    assert operator.post("/backoffice/accounts/ada/do/reset-factor").status_code == 303
    assert not is_in(ada)
    assert Operator(app).sign_in(PASSWORD, "ada").location == "/backoffice/"
    with application.database.read() as session:
        assert session.query(AccountRecoveryCode).count() == 0
    removed = [detail for _, detail in audited(application, "second_factor_removed")]
    assert removed == [{"account": "ada", "by": "admin"}]


def test_a_new_password_by_a_link_does_not_get_around_it(app: Flask, application: Application, phone: App) -> None:
    issued = application.administration.reset_link("admin")
    person = Operator(app)
    person.get(f"/backoffice/reset/{issued.link}")
    changed = "velvet harbour nine"
    assert person.post(f"/backoffice/reset/{issued.link}", new=changed, repeated=changed).status_code == 303
    assert person.sign_in(changed).location == CODE


def test_its_secret_is_sealed_again_by_a_new_key(halfway: Operator, phone: App, application: Application) -> None:
    done = Rotation(application.database, application.identity.vault, application.clock).rotate()
    assert (done.values, done.broken) == (1, ())
    assert give(halfway, phone.code()).status_code == 303


@pytest.fixture
def strict(settings: Settings, clock: ManualClock) -> Iterator[Application]:
    """An installation that demands a second factor."""
    chosen = replace(settings, require_second_factor=True)
    application = Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    yield application
    application.close()


def test_a_setting_demands_it_of_everybody(strict: Application, clock: ManualClock) -> None:
    issued = strict.accounts.make_first()
    assert issued
    person = Operator(create_app(strict))
    person.sign_in(issued.password)
    assert person.get(FORMS).location == "/backoffice/password"
    person.get("/backoffice/password")
    person.post("/backoffice/password", current=issued.password, new=PASSWORD, repeated=PASSWORD)
    for path in (FORMS, "/backoffice/account", "/backoffice/nowhere"):
        assert person.get(path).location == FACTOR_PAGE
    assert person.get("/backoffice/api/forms/x/versions/1").status_code == 403
    page = person.get(FACTOR_PAGE).text
    assert "<nav" not in page
    set_up(person, clock)
    assert is_in(person)
    person.get(FACTOR_PAGE)
    person.post(f"{FACTOR_PAGE}/off", password=PASSWORD)
    assert person.get(FORMS).location == FACTOR_PAGE
    assert person.post("/backoffice/sign-out").status_code == 303
