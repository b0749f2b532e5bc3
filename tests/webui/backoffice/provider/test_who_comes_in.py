"""Whom the provider's word lets in, and as what."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine.application import Application
from tests.openid.client import TestProvider
from tests.webui.backoffice.conftest import Operator, audited
from tests.webui.backoffice.provider.signing_in import BEGIN, come_back, who


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


@pytest.mark.parametrize(
    ("groups", "claims", "why"),
    [
        (("visitors",), {}, "no-role"),
        ((), {"groups": "admin"}, "no-role"),
        ((), {"groups": None}, "no-role"),
    ],
)
def test_who_has_no_role_at_the_provider_stays_out(  # noqa: PLR0913, PLR0917
    app: Flask,
    application: Application,
    provider: TestProvider,
    groups: tuple[str, ...],
    claims: dict[str, Any],
    why: str,
) -> None:
    provider.user("ada", *groups, **claims)
    ada = Operator(app)
    page = come_back(ada, provider)
    assert page.status_code == 403
    assert "nothing there gives you a role" in page.text
    assert who(ada) is None
    (_, refused), *_ = audited(application, "provider_sign_in_refused")
    assert (refused["why"], refused["subject"]) == (why, "ada")
    assert refused["reference"] in page.text
    assert application.administration.entries() == []


def test_a_disabled_account_stays_out_and_a_name_is_nobodys_proof(
    app: Flask, application: Application, provider: TestProvider, operator: Operator
) -> None:
    provider.user("admin", "makers", email="admin@example.com")
    other = Operator(app)
    assert come_back(other, provider, "admin").status_code == 303
    assert who(other) == "admin-2 Designer"
    application.administration.disable("admin-2")
    assert who(other) is None
    page = come_back(other, provider, "admin")
    assert (page.status_code, "is disabled" in page.text, who(other)) == (403, True, None)
    assert who(operator) == "admin Administrator"
    (_, refused), *_ = audited(application, "provider_sign_in_refused")
    assert (refused["why"], refused["account"]) == ("disabled", "admin-2")
    assert refused["subject"] == "admin"


def test_only_verified_addresses_of_some_domains_come_in(
    installation: Callable[..., Flask], provider: TestProvider
) -> None:
    app = installation(email_domains=("bank.example",))
    for email, verified, status in (
        ("ada@bank.example", True, 303),
        ("ada@BANK.example", True, 303),
        ("ada@bank.example", False, 403),
        ("ada@bank.example", "true", 403),
        ("ada@bank.example.evil.example", True, 403),
        ("ada@evil.example", True, 403),
        (None, True, 403),
    ):
        provider.user("ada", "makers", email=email, email_verified=verified)
        assert come_back(Operator(app), provider).status_code == status, email
