"""A provider that is down, slow, or talks nonsense."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import Flask

from engine.application import Application
from engine.config import Settings
from engine.sign_on.wire import MAXIMUM_BYTES
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.openid.client import SECRET, TestProvider, running
from tests.webui.backoffice.conftest import Operator
from tests.webui.backoffice.provider.signing_in import BEGIN, come_back, who
from webui import create_app


def test_a_provider_that_is_down_or_talks_nonsense_stops_nobody_with_a_password(
    app: Flask, application: Application, provider: TestProvider, operator: Operator, clock: ManualClock
) -> None:
    provider.user("ada", "admins")
    other = Operator(app)
    good = provider.sign_in(other.get(BEGIN).location, "ada")
    for lie in (
        {"token": "busy", "status": 503},
        {"token": "<html>"},
        {"token": '{"id_token": 7, "token_type": "Bearer", "access_token": "x"}'},
        {"token": "x" * 1024, "times": 1024},
    ):
        provider.lie(**lie)
        assert other.get(good).status_code in {503, 403}
        good = provider.sign_in(other.get(BEGIN).location, "ada")
    for wrong in (
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": None},
        {"padding": "x" * MAXIMUM_BYTES},
        {"authorization_endpoint": "javascript:alert(1)"},
    ):
        clock.advance(timedelta(hours=1))
        provider.lie(discovery=wrong)
        page = other.get(BEGIN)
        assert (page.status_code, "cannot be reached" in page.text) == (503, True), wrong
    assert "you can sign in with it meanwhile" in page.text
    fresh = Operator(app)
    assert fresh.sign_in().location == "/backoffice/"
    assert SECRET not in page.text
    assert SECRET not in repr(application.settings)


def test_a_provider_that_does_not_answer_is_asked_once_for_all_who_wait(
    installation: Callable[..., Flask], settings: Settings, clock: ManualClock
) -> None:
    with running() as gone:
        url = gone.settings()
    chosen = replace(settings, oidc=url)
    application = Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    issued = application.accounts.make_first()
    assert issued
    nobody = Operator(create_app(application))
    for _ in range(2):
        page = nobody.get(BEGIN)
        assert page.status_code == 503
        assert "Example ID does not answer" in page.text
    assert nobody.sign_in(issued.password).status_code == 303
    application.close()


def test_keys_that_change_are_fetched_again_and_what_the_id_token_lacks_is_asked_for(
    app: Flask, provider: TestProvider, clock: ManualClock
) -> None:
    provider.user("ada", "makers")
    come_back(Operator(app), provider)
    provider.tell()
    assert come_back(Operator(app), provider).status_code == 303
    assert provider.tell() == ["/authorize", "/authorize", "/token"]
    provider.lie(rotate="second")
    assert come_back(Operator(app), provider).status_code == 403
    clock.advance(timedelta(seconds=30))
    assert come_back(Operator(app), provider).status_code == 303
    provider.lie(thin=True, **{"no kid": True})
    ada = Operator(app)
    assert come_back(ada, provider).status_code == 303
    assert who(ada) == "ada Designer"
    assert "/userinfo" in provider.tell()
    provider.lie(thin=True, userinfo={"sub": "eve", "groups": ["admins"]})
    assert come_back(Operator(app), provider).status_code == 403
