"""Settings > Accounts: new ones, roles, disabling, signing out."""

import pytest
from flask import Flask

from engine.accounts import Role
from engine.accounts.records import ONE_TIME_LIFETIME
from engine.application import Application
from engine.store.models import Account
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.accounts.acting import ACCOUNTS, Colleague, act, copied, reset_link
from tests.webui.backoffice.accounts.signing_in import FORMS, is_in
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited


def test_a_new_account_has_a_one_time_password_that_is_shown_once(
    operator: Operator, app: Flask, application: Application
) -> None:
    operator.get("/backoffice/new-account")
    made = operator.post(ACCOUNTS, name="ada", role="designer")
    one_time = copied(made.text)
    assert one_time.encode() not in stored.content(application.database)
    for path in (ACCOUNTS, f"{ACCOUNTS}/ada"):
        page = operator.get(path).text
        assert "One-time password" in page
        assert one_time not in page
    ada = Operator(app)
    assert ada.sign_in(one_time, "ada").location == "/backoffice/password"
    ada.get("/backoffice/password")
    ada.post("/backoffice/password", current=one_time, new=PASSWORD, repeated=PASSWORD)
    assert is_in(ada)
    assert ada.get(ACCOUNTS).status_code == 403
    assert "just now" in operator.get(f"{ACCOUNTS}/ada").text
    assert audited(application, "account_created") == [
        ("account_created", {"account": "admin", "role": "administrator", "by": None}),
        ("account_created", {"account": "ada", "role": "designer", "by": "admin"}),
    ]


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("admin", "viewer", "already"),
        ("Ada", "viewer", "small letter"),
        ("", "viewer", "small letter"),
        ("ada\r\nSet-Cookie: a=b", "viewer", "small letter"),
        ("<script>alert(1)</script>", "viewer", "small letter"),
        ("ada", "owner", "no role"),
        ("ada", "", "no role"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    operator: Operator, application: Application, name: str, role: str, said: str
) -> None:
    operator.get("/backoffice/new-account")
    refused = operator.post(ACCOUNTS, name=name, role=role)
    assert refused.status_code == 422
    assert said in refused.text
    assert "<script>alert" not in refused.text
    assert not any("a=b" in each for each in refused.headers.getlist("Set-Cookie"))
    assert [each.account.name for each in application.administration.entries()] == ["admin"]


def test_another_role_counts_at_once(operator: Operator, colleague: Colleague, application: Application) -> None:
    ada = colleague(Role.DESIGNER, "ada")
    assert ada.get("/backoffice/new-form").status_code == 200
    operator.get(ACCOUNTS)
    assert operator.post(f"{ACCOUNTS}/ada/role", role="viewer").status_code == 303
    assert ada.get("/backoffice/new-form").status_code == 403
    assert operator.post(f"{ACCOUNTS}/ada/role", role="owner").status_code == 422
    changed = {"account": "ada", "role": "viewer", "before": "designer", "by": "admin"}
    assert audited(application, "account_role_changed") == [("account_role_changed", changed)]


def test_whoever_is_disabled_is_out_at_once_and_cannot_come_back(
    operator: Operator, colleague: Colleague, app: Flask, application: Application
) -> None:
    ada, link = colleague(Role.OPERATOR, "ada"), reset_link(operator, "ada")
    assert act(operator, "ada", "disable") == 303
    assert ada.get(FORMS).location.startswith("/backoffice/sign-in")
    refused = Operator(app).sign_in(PASSWORD, "ada")
    assert (refused.status_code, "The name or the password is not right." in refused.text) == (422, True)
    assert Operator(app).get(link).status_code == 410
    assert operator.post(f"{ACCOUNTS}/ada/do/reset-link").status_code == 422
    assert "Disabled" in operator.get(ACCOUNTS).text
    assert act(operator, "ada", "enable") == 303
    assert Operator(app).sign_in(PASSWORD, "ada").status_code == 303
    assert not is_in(ada)
    events = audited(application, "account_disabled", "account_enabled")
    assert events == [(event, {"account": "ada", "by": "admin"}) for event in ("account_disabled", "account_enabled")]


def test_a_session_whose_row_was_left_over_does_not_outlive_disabling(
    colleague: Colleague, application: Application
) -> None:
    """Not only the rows of sessions say who is out."""
    ada = colleague(Role.OPERATOR, "ada")
    with application.database.write() as session:
        session.query(Account).filter_by(name="ada").one().disabled_at = application.clock.now()
    assert not is_in(ada)


def test_the_last_administrator_stays(
    operator: Operator, application: Application, clock: ManualClock, colleague: Colleague
) -> None:
    operator.get(ACCOUNTS)
    assert operator.post(f"{ACCOUNTS}/admin/do/disable").status_code == 422
    refused = operator.post(f"{ACCOUNTS}/admin/role", role="viewer")
    assert (refused.status_code, "last active administrator" in refused.text) == (422, True)
    # One that nobody can sign in with does not count.
    application.administration.create("late", "administrator")
    clock.advance(ONE_TIME_LIFETIME)
    operator.sign_in()
    operator.get(ACCOUNTS)
    assert operator.post(f"{ACCOUNTS}/admin/do/disable").status_code == 422
    ada = colleague(Role.ADMINISTRATOR, "ada")
    assert act(ada, "admin", "disable") == 303
    assert not is_in(operator)
    assert ada.post(f"{ACCOUNTS}/ada/do/disable").status_code == 422
    assert is_in(ada)


def test_an_administrator_signs_somebody_out_everywhere(
    operator: Operator, colleague: Colleague, application: Application
) -> None:
    ada = colleague(Role.VIEWER, "ada")
    assert act(operator, "ada", "sign-out") == 303
    assert not is_in(ada)
    assert audited(application, "sessions_ended")[0][1] == {"account": "ada", "which": "all", "by": "admin"}


@pytest.mark.parametrize("path", ["nobody", "nobody/do/disable", "admin/do/delete", "Admin%0d%0a", "admin/role/x"])
def test_what_is_not_there_is_not_found(operator: Operator, path: str) -> None:
    assert operator.get(f"{ACCOUNTS}/{path}").status_code == 404
    assert operator.post(f"{ACCOUNTS}/{path}").status_code in {404, 405}


def test_an_auditor_sees_accounts_and_no_buttons(operator: Operator, colleague: Colleague) -> None:
    auditor = colleague(Role.AUDITOR)
    page = auditor.get(f"{ACCOUNTS}/admin").text
    assert "Administrator" in page
    assert "/do/" not in page
    assert "New Account" not in auditor.get(ACCOUNTS).text
