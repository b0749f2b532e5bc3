"""Settings > Accounts: new ones, roles, disabling, reset links; and the own account with its sessions."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from engine.accounts import Role, reset_links
from engine.accounts.records import ONE_TIME_LIFETIME
from engine.accounts.sessions import NOTED_AFTER
from engine.application import Application
from engine.config import SettingInvalid, Settings
from engine.store.models import Account, ResetLink
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited
from webui import create_app

ACCOUNTS, OWN, FORMS = "/backoffice/accounts", "/backoffice/account", "/backoffice/forms"
OTHER = "velvet harbour nine"
COPY = re.compile(r'data-copy="([^"]+)"')
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SIGN_OUT = re.compile(r"/account/sessions/([0-9a-f]+)/end")

Colleague = Callable[..., Operator]


def copied(text: str) -> str:
    """Return what a page shows once."""
    found = COPY.search(text)
    assert found, text
    return found[1]


def is_in(operator: Operator) -> bool:
    return operator.get(FORMS).status_code == 200


def act(operator: Operator, name: str, action: str) -> int:
    """Look at the question, and say yes."""
    assert operator.get(f"{ACCOUNTS}/{name}/do/{action}").status_code == 200
    return operator.post(f"{ACCOUNTS}/{name}/do/{action}").status_code


def reset_link(operator: Operator, name: str) -> str:
    """Make a link; return its path."""
    operator.get(ACCOUNTS)
    return copied(operator.post(f"{ACCOUNTS}/{name}/do/reset-link").text).removeprefix("http://localhost")


def choose(person: Operator, link: str, new: str, repeated: str | None = None) -> int:
    person.get(link)
    return person.post(link, new=new, repeated=new if repeated is None else repeated).status_code


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


def test_a_reset_link_works_once(
    operator: Operator, colleague: Colleague, app: Flask, application: Application
) -> None:
    ada, link = colleague(Role.VIEWER, "ada"), reset_link(operator, "ada")
    secret = link.rpartition("/")[2]
    with application.database.read() as session:
        assert len(session.query(ResetLink).one().digest) == 32
    assert secret.encode() not in stored.content(application.database)
    assert secret not in operator.get(f"{ACCOUNTS}/ada").text
    assert is_in(ada)
    person = Operator(app)
    for _ in range(2):
        assert "For the account ada" in person.get(link).text
    assert choose(person, link, OTHER, "something else") == 422
    assert choose(person, link, "ada ada ada ada") == 422
    assert choose(person, link, OTHER) == 303
    assert not is_in(ada)
    assert not is_in(person)
    person.get("/backoffice/sign-in")
    assert person.post(link, new=PASSWORD, repeated=PASSWORD).status_code == 410
    assert person.get(link).status_code == 410
    assert person.sign_in(PASSWORD, "ada").status_code == 422
    assert person.sign_in(OTHER, "ada").location == "/backoffice/"
    events = audited(application, "password_reset_link_made", "password_reset_link_refused")
    assert [event for event, _ in events] == ["password_reset_link_made", "password_reset_link_refused"]
    assert events[0][1]["by"] == "admin"
    assert secret not in str(audited(application, "password_reset_link_made", "password_changed"))


def test_a_reset_link_ends_with_time_with_a_newer_one_and_with_a_new_password(
    operator: Operator, colleague: Colleague, app: Flask, clock: ManualClock, application: Application
) -> None:
    ada, person = colleague(Role.VIEWER, "ada"), Operator(app)
    first, second = reset_link(operator, "ada"), reset_link(operator, "ada")
    assert [person.get(link).status_code for link in (first, second)] == [410, 200]
    ada.get("/backoffice/password")
    ada.post("/backoffice/password", current=PASSWORD, new=OTHER, repeated=OTHER)
    assert person.get(second).status_code == 410
    third = reset_link(operator, "ada")
    clock.advance(reset_links.LIFETIME - timedelta(seconds=1))
    assert person.get(third).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert choose(person, third, PASSWORD) == 410
    application.keep_house()
    with application.database.read() as session:
        assert session.query(ResetLink).count() == 0


@pytest.mark.parametrize("link", ["x", "A" * 43, "%00", "a%0d%0aSet-Cookie:a=b", "x" * 3000])
def test_what_is_no_reset_link_leads_nowhere(newcomer: Operator, link: str) -> None:
    answer = newcomer.get(f"/backoffice/reset/{link}")
    assert answer.status_code == 410
    assert not any("a=b" in each for each in answer.headers.getlist("Set-Cookie"))


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


def test_everybody_sees_and_ends_their_own_sessions_and_nobody_elses(
    operator: Operator, app: Flask, colleague: Colleague, application: Application, clock: ManualClock
) -> None:
    laptop, phone = Operator(app), Operator(app, "198.51.100.4")
    for each in (laptop, phone):
        each.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
        each.sign_in()
    page = operator.get(OWN).text
    assert page.count("Firefox on Linux") >= 2
    assert "198.51.100.4" in page
    assert page.count("This browser") == 1
    clock.advance(NOTED_AFTER)
    ids = SIGN_OUT.findall(phone.get(OWN).text)
    assert len(ids) == 3
    stranger = colleague(Role.ADMINISTRATOR, "eve")
    assert stranger.post(f"{OWN}/sessions/{ids[0]}/end").status_code == 404
    # The one that was used last comes first, and is the phone's own.
    assert phone.post(f"{OWN}/sessions/{ids[0]}/end").location == "/backoffice/sign-in?done=signed-out"
    assert [is_in(each) for each in (operator, laptop, phone)] == [True, True, False]
    operator.get(OWN)
    assert operator.post(f"{OWN}/other-sessions/end").status_code == 303
    assert [is_in(each) for each in (operator, laptop, stranger)] == [True, False, True]
    assert "Sign out everywhere else" not in operator.get(OWN).text
    ended = [detail["which"] for _, detail in audited(application, "sessions_ended")]
    assert ended == ["one", "others"]


def test_a_device_that_says_anything_is_shown_as_text(operator: Operator, app: Flask) -> None:
    other = Operator(app)
    other.client.environ_base["HTTP_USER_AGENT"] = "<script>alert(1)</script>" * 40
    other.sign_in()
    page = operator.get(OWN).text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_sessions_last_as_long_as_the_settings_say(settings: Settings, clock: ManualClock) -> None:
    chosen = replace(settings, session_idle=5, session_lifetime=1)
    application = Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    issued = application.accounts.make_first()
    assert issued
    person = Operator(create_app(application))
    person.sign_in(issued.password)
    for minutes, stays in ((4, True), (5, False)):
        clock.advance(timedelta(minutes=minutes))
        assert (person.get("/backoffice/password").status_code == 200) is stays
    person.sign_in(issued.password)
    for minute in range(0, 60, 4):
        assert person.get("/backoffice/password").status_code == 200, minute
        clock.advance(timedelta(minutes=4))
    assert person.get("/backoffice/password").status_code == 303
    application.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IDFLOW_SESSION_IDLE", "0"),
        ("IDFLOW_SESSION_IDLE", "1e3"),
        ("IDFLOW_SESSION_LIFETIME", "721"),
        ("IDFLOW_REQUIRE_SECOND_FACTOR", "perhaps"),
    ],
)
def test_settings_that_make_no_sense_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        Settings.from_environment({name: value})


def test_settings_of_sessions_are_read() -> None:
    given = {
        "IDFLOW_SESSION_IDLE": "15",
        "IDFLOW_SESSION_LIFETIME": "8",
        "IDFLOW_REQUIRE_SECOND_FACTOR": "True",
    }
    read, usual = Settings.from_environment(given), Settings.from_environment({})
    assert (read.session_idle, read.session_lifetime, read.require_second_factor) == (15, 8, True)
    assert (usual.session_idle, usual.session_lifetime, usual.require_second_factor) == (30, 12, False)
