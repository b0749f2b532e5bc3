"""What is asked beside the provider's word, and what the end of a session is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask

from engine.application import Application
from engine.config import Settings
from engine.sign_on.id_token import LEEWAY
from tests.conftest import ManualClock
from tests.openid.client import TestProvider
from tests.webui.backoffice.conftest import PASSWORD, Operator
from tests.webui.backoffice.provider.signing_in import BEGIN, OWN, come_back, link, who


def test_an_account_of_the_provider_has_no_password_to_lose(
    app: Flask, application: Application, provider: TestProvider, clock: ManualClock
) -> None:
    provider.user("ada", "admins")
    ada = Operator(app)
    come_back(ada, provider)
    for password in ("", "!", "ada"):
        assert Operator(app).sign_in(password, "ada").status_code == 422
    assert "Your account has no password" in ada.get("/backoffice/password").text
    assert ada.post("/backoffice/password", current="", new=PASSWORD, repeated=PASSWORD).status_code == 422
    assert "only way in" in ada.get(OWN).text
    assert ada.post(f"{OWN}/unlink").status_code == 409
    # A fresh sign-in stands for the password.
    ada.get("/backoffice/account/second-factor")
    clock.advance(timedelta(minutes=14))
    assert ada.post("/backoffice/account/second-factor").status_code == 303
    clock.advance(timedelta(minutes=2))
    assert ada.post("/backoffice/account/second-factor").status_code == 422
    # And the command line always lets somebody in.
    issued = application.administration.reset("ada")
    again = Operator(app)
    assert again.sign_in(issued.password, "ada").location == "/backoffice/password"


def test_passwords_can_be_left_to_the_provider(installation: Callable[..., Flask], provider: TestProvider) -> None:
    app = installation(passwords=False)
    application: Application = app.extensions["application"]
    issued = application.accounts.make_first()
    assert issued
    admin = Operator(app)
    assert "Sign in with a one-time password" in admin.get("/backoffice/sign-in").text
    # The way back in that the command line has.
    assert admin.sign_in(issued.password).location == "/backoffice/password"
    admin.get("/backoffice/password")
    admin.post("/backoffice/password", current=issued.password, new=PASSWORD, repeated=PASSWORD)
    assert who(admin) == "admin Administrator"
    assert Operator(app).sign_in(PASSWORD).status_code == 422
    provider.user("boss", "admins")
    assert link(admin, provider, "boss").status_code == 303
    assert admin.post(f"{OWN}/unlink", password=PASSWORD).status_code == 409
    by_provider = Operator(app)
    come_back(by_provider, provider, "boss")
    assert who(by_provider) == "admin Administrator"
    # The last administrator is not made something else.
    provider.user("boss", "makers")
    page = come_back(Operator(app), provider, "boss")
    assert (page.status_code, "last administrator" in page.text) == (403, True)
    assert who(by_provider) == "admin Administrator"


@pytest.mark.parametrize("ours", [False, True])
def test_the_second_factor_is_the_providers_unless_ours_is_asked_for(
    installation: Callable[..., Flask], provider: TestProvider, settings: Settings, ours: bool
) -> None:
    app = installation(second_factor=ours)
    application: Application = app.extensions["application"]
    application.sign_on._desk.rules = replace(application.sign_on._desk.rules, require_second_factor=True)
    provider.user("ada", "admins")
    ada = Operator(app)
    come_back(ada, provider, path=f"{BEGIN}?next=/backoffice/forms")
    page = ada.get("/backoffice/forms")
    assert page.status_code == (303 if ours else 200)
    ada.get("/backoffice/account/second-factor")
    ada.post("/backoffice/account/second-factor")
    secret = ada.get("/backoffice/account/second-factor").text.split('class="key">')[1].split("<")[0]
    code = pyotp.TOTP(secret)
    ada.post("/backoffice/account/second-factor/confirm", code=code.at(application.clock.now()))
    again = Operator(app)
    back = come_back(again, provider, path=f"{BEGIN}?next=/backoffice/forms")
    if not ours:
        assert back.location == "/backoffice/forms"
        return
    assert back.location == "/backoffice/sign-in/code?next=/backoffice/forms"
    assert who(again) is None
    assert "You are signed in at Example ID." in again.get(back.location).text
    application.clock.advance(timedelta(seconds=30))  # type: ignore[attr-defined]
    given = again.post("/backoffice/sign-in/code", code=code.at(application.clock.now()), next="/backoffice/forms")
    assert given.location == "/backoffice/forms"
    assert who(again) == "ada Administrator"
    # Still known to have come by the provider: signing out signs out there, too.
    assert "Now you are signed out of Example ID" in again.post("/backoffice/sign-out").text


def test_signing_out_signs_out_at_the_provider(app: Flask, provider: TestProvider) -> None:
    provider.user("ada", "admins")
    ada = Operator(app)
    come_back(ada, provider)
    ada.get("/backoffice/account")
    page = ada.post("/backoffice/sign-out")
    url = page.text.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    assert provider.http.get(url).headers["Location"] == "http://localhost/backoffice/sign-in"
    assert who(ada) is None


def test_how_and_how_long_ago_somebody_signed_in_there_can_matter(
    installation: Callable[..., Flask], provider: TestProvider
) -> None:
    app = installation(max_age=300, acr_values=("gold", "silver"))
    provider.user("ada", "makers")
    question = Operator(app).get(BEGIN).location
    assert "max_age=300" in question
    assert "acr_values=gold+silver" in question or "acr_values=gold%20silver" in question
    for claims, status in (
        ({"acr": "silver"}, 303),
        ({"acr": "bronze"}, 403),
        ({}, 403),
        ({"acr": "gold", "auth_time": -300 - LEEWAY - 10}, 403),
        ({"acr": "gold", "auth_time": None}, 403),
        ({"acr": "gold", "auth_time": "now"}, 403),
    ):
        provider.lie(claims=claims, now=int(datetime.now(UTC).timestamp()))
        assert come_back(Operator(app), provider).status_code == status, claims
