from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.application import Application
from engine.config import Settings
from engine.sign_on.id_token import LEEWAY
from engine.sign_on.pending import LASTS
from engine.store import AccountIdentity, AccountSession
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.openid.client import SECRET, TestProvider, running
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited
from webui import create_app

BEGIN = "/backoffice/sign-in/provider"
OWN = "/backoffice/account/identity"


@pytest.fixture(scope="module")
def provider() -> Iterator[TestProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def clock() -> ManualClock:
    """The provider's clock is the machine's."""
    clock = ManualClock()
    clock.time = datetime.now(UTC)
    return clock


@pytest.fixture
def installation(settings: Settings, clock: ManualClock, provider: TestProvider) -> Iterator[Callable[..., Flask]]:
    """Open the installation with settings of its own."""
    opened: list[Application] = []

    def make(**more: Any) -> Flask:
        provider.tell(lies={}, users={})
        chosen = replace(settings, oidc=provider.settings(**{"create_accounts": True, **more}))
        opened.append(Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), clock=clock))
        app = create_app(opened[-1])
        app.extensions["application"] = opened[-1]
        return app

    yield make
    for application in opened:
        application.close()


@pytest.fixture
def application(installation: Callable[..., Flask]) -> Application:
    application: Application = installation().extensions["application"]
    return application


def come_back(operator: Operator, provider: TestProvider, subject: str = "ada", path: str = BEGIN) -> TestResponse:
    """Sign in at the provider, and come back."""
    question = operator.get(path)
    assert question.status_code == 303, question.text
    return operator.get(provider.sign_in(question.location, subject))


def refusals(application: Application) -> list[Any]:
    return [detail["why"] for _, detail in audited(application, "provider_sign_in_refused")]


def who(operator: Operator) -> str | None:
    """Return who is signed in, and as what."""
    page = operator.get("/backoffice/account")
    if page.status_code != 200:
        return None
    name, role = (page.text.split(f"<dt>{word}</dt><dd>")[1].split("<")[0] for word in ("Name", "Role"))
    return f"{name} {role}"


def test_the_first_sign_in_makes_an_account_and_the_next_ones_find_it(
    app: Flask, application: Application, provider: TestProvider
) -> None:
    provider.user("ada", "makers", email="ada@elsewhere.example")
    ada = Operator(app)
    page = ada.get("/backoffice/sign-in?next=/backoffice/processes")
    assert "Sign in with Example ID" in page.text
    back = come_back(ada, provider, path=f"{BEGIN}?next=/backoffice/processes")
    assert back.location == "/backoffice/processes"
    assert who(ada) == "ada Designer"
    provider.user("ada", "makers", "admins", preferred_username="lovelace", email="other@elsewhere.example")
    again = Operator(app)
    assert come_back(again, provider).location == "/backoffice/"
    assert who(again) == "ada Administrator"
    assert who(ada) == "ada Administrator"
    names = "account_created", "identity_linked", "sign_in_succeeded", "account_role_changed"
    assert [event for event, _ in audited(application, *names)] == [
        "account_created",
        "identity_linked",
        "sign_in_succeeded",
        "account_role_changed",
        "sign_in_succeeded",
    ]
    (_, signed_in), *_ = audited(application, "sign_in_succeeded")
    assert (signed_in["provider"], signed_in["subject"]) == (provider.url, "ada")
