"""Sessions: their cookie, their row, and when they end."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask
from werkzeug.test import TestResponse

from engine.accounts.back_off import NAME
from engine.accounts.sessions import IDLE, LIFETIME
from engine.application import Application
from engine.config import Settings
from engine.store.models import AccountSession
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.accounts.signing_in import change, is_in
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited
from webui import create_app


def cookie(response: TestResponse) -> str:
    return next(each for each in response.headers.getlist("Set-Cookie") if "idflow-backoffice" in each)


def test_the_session_is_a_row_that_ends(operator: Operator, application: Application, app: Flask) -> None:
    stolen = operator.client.get_cookie("idflow-backoffice")
    assert stolen
    with application.database.read() as session:
        assert stolen.value.encode() not in [bytes(row.digest) for row in session.query(AccountSession)]
    assert stolen.value.encode() not in stored.content(application.database)
    thief = Operator(app)
    thief.client.set_cookie("idflow-backoffice", stolen.value)
    assert is_in(thief)
    assert operator.post("/backoffice/sign-out").location == "/backoffice/sign-in?done=signed-out"
    assert not is_in(thief)
    assert not is_in(operator)
    assert [event for event, _ in audited(application, "signed_out")] == ["signed_out"]


def test_signing_in_gives_another_session_than_before(newcomer: Operator, app: Flask, one_time: str) -> None:
    newcomer.client.set_cookie("idflow-backoffice", "A" * 43)
    first = cookie(newcomer.sign_in(one_time))
    assert "A" * 43 not in first
    changed = cookie(change(newcomer, one_time, PASSWORD))
    assert changed != first
    parts = changed.split("; ")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)
    assert not {"Secure"} & set(parts)
    assert "Expires" not in changed
    assert "Max-Age" not in changed


def test_behind_https_the_cookie_is_for_this_host_only(settings: Settings, clock: ManualClock) -> None:
    application = Application.open(
        replace(settings, public_url="https://id.example"), activities=ACTIVITIES, forms=FormJs(), clock=clock
    )
    issued = application.accounts.make_first()
    assert issued
    client = create_app(application).test_client()
    page = client.get("/backoffice/sign-in", base_url="https://id.example")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"csrf_token": token, "name": "admin", "password": issued.password}
    sent = cookie(client.post("/backoffice/sign-in", data=fields, base_url="https://id.example"))
    assert sent.startswith("__Host-idflow-backoffice=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(sent.split("; "))
    application.close()


def test_a_session_ends_after_half_an_hour_without_a_request(operator: Operator, clock: ManualClock) -> None:
    for _ in range(4):
        clock.advance(IDLE - timedelta(seconds=1))
        assert is_in(operator)
    clock.advance(IDLE)
    assert not is_in(operator)


def test_a_session_ends_after_twelve_hours_in_any_case(operator: Operator, clock: ManualClock) -> None:
    step = timedelta(minutes=20)
    for _ in range(LIFETIME // step - 1):
        clock.advance(step)
        assert is_in(operator)
    clock.advance(step)
    assert not is_in(operator)


def test_housekeeping_deletes_sessions_that_are_over(
    operator: Operator, application: Application, clock: ManualClock
) -> None:
    clock.advance(LIFETIME)
    application.keep_house()
    with application.database.read() as session:
        assert session.query(AccountSession).count() == 0


def test_a_reset_ends_sessions_and_waits(operator: Operator, application: Application, app: Flask) -> None:
    stranger = Operator(app)
    for _ in range(NAME.free):
        stranger.sign_in("wrong")
    issued = application.administration.reset("admin")
    assert not is_in(operator)
    assert operator.sign_in(PASSWORD).status_code == 422
    assert operator.sign_in(issued.password).location == "/backoffice/password"
    assert [event for event, _ in audited(application, "password_reset")] == ["password_reset"]


def test_a_page_that_is_older_than_the_session_can_ask_for_its_token(operator: Operator) -> None:
    operator.client.delete_cookie("idflow")
    name, content = "Welcome", "{}"
    assert operator.save(name, content, 0).status_code == 400
    session = operator.get("/backoffice/api/session")
    assert session.json is not None
    assert session.json["name"] == "admin"
    operator.token = session.json["csrf"]
    assert operator.save(name, content, 0).status_code == 404
    operator.client.delete_cookie("idflow-backoffice")
    assert operator.get("/backoffice/api/session").status_code == 401
