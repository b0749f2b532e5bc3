"""The settings of the provider."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from engine.application import Application
from engine.config import OidcSettings, SettingInvalid, Settings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator
from tests.webui.backoffice.provider.signing_in import BEGIN
from webui import create_app


def test_without_a_provider_nothing_of_it_is_there(settings: Settings, clock: ManualClock) -> None:
    application = Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    nobody = Operator(create_app(application))
    assert "Sign in with" not in nobody.get("/backoffice/sign-in").text
    assert nobody.get(BEGIN).status_code == 404
    assert nobody.get(f"{BEGIN}/callback?state=x&code=y").status_code == 404
    application.close()


GIVEN = {"IDFLOW_OIDC_ISSUER": "https://login.example/a/", "IDFLOW_OIDC_CLIENT_ID": "idflow"}


def test_the_settings_say_what_the_word_of_the_provider_counts_for(tmp_path: Path) -> None:
    assert Settings.from_environment({}).oidc is None
    least = Settings.from_environment(GIVEN).oidc
    assert least == OidcSettings("https://login.example/a/", "idflow", label="login.example")
    (tmp_path / "secret").write_text("not to be shown\n")
    given = {
        "CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "ROLES": "cn=admins=administrator, makers = designer",
        "EMAIL_DOMAINS": "@Bank.example, other.example",
        "CREATE_ACCOUNTS": "true",
        "PASSWORDS": "false",
    }
    settings = Settings.from_environment({**GIVEN, **{f"IDFLOW_OIDC_{name}": value for name, value in given.items()}})
    oidc = settings.oidc
    assert oidc
    assert oidc.client_secret == "not to be shown"
    assert "not to be shown" not in repr(settings)
    assert oidc.roles == (("cn=admins", "administrator"), ("makers", "designer"))
    assert oidc.email_domains == ("bank.example", "other.example")
    assert (oidc.create_accounts, oidc.passwords, oidc.sign_out) == (True, False, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISSUER", "http://login.example"),
        ("ISSUER", "https://me@login.example"),
        ("ISSUER", "https://login.example/?a=b"),
        ("ISSUER", "login.example"),
        ("CLIENT_ID", ""),
        ("SCOPES", "profile email"),
        ("ROLES", "admins"),
        ("ROLES", "=viewer"),
        ("CREATE_ACCOUNTS", "true"),
        ("PASSWORDS", "maybe"),
        ("MAX_AGE", "soon"),
        ("LABEL", "x" * 61),
        ("CLIENT_SECRET_FILE", "/nowhere"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=f"IDFLOW_OIDC_{name}"):
        Settings.from_environment({**GIVEN, f"IDFLOW_OIDC_{name}": value})


def test_a_role_that_there_is_not_is_found_when_idflow_starts(installation: Callable[..., Flask]) -> None:
    with pytest.raises(SettingInvalid, match="no role 'emperor'"):
        installation(roles=(("admins", "emperor"),))
