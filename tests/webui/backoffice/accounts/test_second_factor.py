"""The authenticator app as second factor: set up, turned off, reset, demanded."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from engine.accounts import Role, second_factors
from engine.application import Application
from engine.config import Settings
from engine.identity.rotation import Rotation
from engine.store.models import AccountRecoveryCode, SecondFactor
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.accounts.authenticator import FACTOR_PAGE, KEY, App, give, secret_of, set_up
from tests.webui.backoffice.accounts.signing_in import FORMS, is_in
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited
from webui import create_app


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
