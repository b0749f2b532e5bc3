from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.accounts import passwords
from engine.accounts.back_off import ADDRESS, NAME
from engine.accounts.records import ONE_TIME_LIFETIME
from engine.accounts.sessions import IDLE, LIFETIME
from engine.application import Application
from engine.config import Settings
from engine.store.models import AccountSession, SignInFailures
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited
from webui import create_app

FORMS = "/backoffice/forms"
OTHER = "velvet harbour nine"


def is_in(operator: Operator) -> bool:
    return operator.get(FORMS).status_code == 200


def cookie(response: TestResponse) -> str:
    return next(each for each in response.headers.getlist("Set-Cookie") if "idflow-backoffice" in each)


def change(operator: Operator, current: str, new: str, repeated: str | None = None) -> TestResponse:
    operator.get("/backoffice/password")
    return operator.post(
        "/backoffice/password", current=current, new=new, repeated=new if repeated is None else repeated
    )


def test_the_first_sign_in_leads_to_a_password_of_ones_own_and_nowhere_else(newcomer: Operator, one_time: str) -> None:
    assert newcomer.get("/backoffice/").location == "/backoffice/sign-in?next=/backoffice/"
    assert newcomer.sign_in(one_time).location == "/backoffice/password"
    for path in ("/backoffice/", FORMS, "/backoffice/nowhere"):
        assert newcomer.get(path).location == "/backoffice/password"
    refused = newcomer.get("/backoffice/api/forms/x/versions/1")
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    changed = change(newcomer, one_time, PASSWORD)
    assert changed.location == "/backoffice/forms?done=password"
    assert is_in(newcomer)
    assert newcomer.get("/backoffice/sign-in").location == "/backoffice/"
    newcomer.get("/backoffice/password")
    newcomer.post("/backoffice/sign-out")
    assert newcomer.sign_in(one_time).status_code == 422
    assert newcomer.sign_in(PASSWORD).location == "/backoffice/"


def test_only_the_first_start_makes_the_account(application: Application, one_time: str) -> None:
    assert application.accounts.make_first() is None
    assert len(one_time) == 23
    database = stored.content(application.database)
    assert one_time.encode() not in database


@pytest.mark.parametrize(
    ("name", "password"), [("admin", "not it at all"), ("nobody", PASSWORD), ("", ""), ("x" * 70_000, "y" * 70_000)]
)
def test_an_unknown_name_and_a_wrong_password_look_the_same(
    operator: Operator, app: Flask, name: str, password: str
) -> None:
    stranger = Operator(app)
    refused = stranger.sign_in(password, name)
    assert refused.status_code == 422
    assert "The name or the password is not right." in refused.text
    assert not is_in(stranger)


def test_an_unknown_name_costs_a_hash_too(newcomer: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    verify = passwords.verify

    def note(password: str, kept: str) -> bool:
        looked.append(kept)
        return verify(password, kept)

    monkeypatch.setattr(passwords, "verify", note)
    newcomer.sign_in("something else", "nobody")
    newcomer.sign_in("something else", "admin")
    assert len(looked) == 2
    assert all(kept.startswith("$argon2id$") for kept in looked)


def test_what_was_typed_as_a_name_is_kept_nowhere(newcomer: Operator, application: Application) -> None:
    newcomer.sign_in("x", "my secret password")
    newcomer.sign_in("my secret password", "admin")
    assert [detail["account"] for _, detail in audited(application, "sign_in_failed")] == [None, "admin"]
    with application.database.read() as session:
        everything = [bytes(row.digest) for row in session.query(SignInFailures)]
    assert len(everything) == 3
    application.database.close()
    assert b"my secret" not in stored.content(application.database)


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


def test_a_one_time_password_is_good_for_a_week(newcomer: Operator, one_time: str, clock: ManualClock) -> None:
    clock.advance(ONE_TIME_LIFETIME)
    assert newcomer.sign_in(one_time).status_code == 422


def test_changing_the_password_signs_every_other_browser_out(
    operator: Operator, app: Flask, application: Application
) -> None:
    other = Operator(app)
    other.sign_in()
    assert is_in(other)
    assert change(operator, PASSWORD, OTHER).location == "/backoffice/password?done=password"
    assert is_in(operator)
    assert not is_in(other)
    assert other.sign_in(PASSWORD).status_code == 422
    assert other.sign_in(OTHER).status_code == 303
    assert len(audited(application, "password_changed")) == 2


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short words", "12 characters"),
        ("a" * 129, "128 characters at most"),
        ("aaaaaaaaaaaaaaaa", "guessed early"),
        ("abcabcabcabcabc", "guessed early"),
        ("abcdefghijklmnop", "guessed early"),
        ("123456789012345", "guessed early"),
        ("qwertyuiopasdf", "guessed early"),
        ("Idflow-Admin-2026!", "guessed early"),
        ("Password12345678", "guessed early"),
        ("Correct Horse Battery Staple", "guessed early"),
        ("with a\nline break in it", "control characters"),
        (PASSWORD, "another password"),
    ],
)
def test_what_would_be_guessed_is_refused(operator: Operator, new: str, said: str) -> None:
    refused = change(operator, PASSWORD, new)
    assert refused.status_code == 422
    assert said in refused.text
    assert new not in refused.text or new in said


@pytest.mark.parametrize(
    "new", ["🐈 sits on ünïcödé", "x9!" + "long words " * 11, "ﬁve ﬁne ﬁsh swim", "admin likes purple rain"]
)
def test_any_characters_make_a_password(operator: Operator, new: str) -> None:
    assert change(operator, PASSWORD, new).status_code == 303
    operator.post("/backoffice/sign-out")
    assert operator.sign_in(new).status_code == 303


def test_a_password_is_the_same_on_every_keyboard(operator: Operator) -> None:
    change(operator, PASSWORD, "cafe\u0301 mu\u0308hle o\u0301rbit")
    operator.get("/backoffice/password")
    operator.post("/backoffice/sign-out")
    assert operator.sign_in("café mühle órbit").status_code == 303


def test_the_one_time_password_cannot_be_kept(newcomer: Operator, one_time: str) -> None:
    newcomer.sign_in(one_time)
    assert "another password" in change(newcomer, one_time, one_time).text


def test_the_current_password_is_needed_and_the_new_one_twice(operator: Operator) -> None:
    assert "not the same" in change(operator, PASSWORD, OTHER, "something else").text
    assert "current password is not right" in change(operator, OTHER, OTHER).text
    operator.post("/backoffice/sign-out")
    assert operator.sign_in(PASSWORD).status_code == 303


def test_guessing_for_one_name_is_slowed_down_from_any_address(
    operator: Operator, app: Flask, application: Application, clock: ManualClock
) -> None:
    strangers = [Operator(app, f"198.51.100.{number}") for number in range(NAME.free + 6)]
    for stranger in strangers[: NAME.free]:
        assert stranger.sign_in("wrong").status_code == 422
    refused = strangers[NAME.free].sign_in(PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert "Try again in 1 second." in refused.text
    clock.advance(timedelta(seconds=1))
    assert strangers[NAME.free].sign_in("wrong").status_code == 422
    assert strangers[NAME.free].sign_in("wrong").headers["Retry-After"] == "2"
    # What is refused does not lengthen the wait.
    clock.advance(timedelta(seconds=2))
    assert strangers[NAME.free].sign_in(PASSWORD).status_code == 303
    assert strangers[0].sign_in("wrong").status_code == 422
    assert len(audited(application, "sign_in_failed")) == NAME.free + 2


def test_waits_have_a_limit_and_are_forgotten(newcomer: Operator, clock: ManualClock, one_time: str) -> None:
    waits = []
    for _ in range(NAME.free + 12):
        refused = newcomer.sign_in("wrong")
        wait = int(refused.headers.get("Retry-After", 0))
        if refused.status_code == 429:
            waits.append(wait)
            clock.advance(timedelta(seconds=wait))
            newcomer.sign_in("wrong")
    assert waits[:3] == [1, 2, 4]
    assert max(waits) <= NAME.limit.total_seconds()
    clock.advance(timedelta(days=1))
    assert newcomer.sign_in(one_time).status_code == 303


def test_guessing_from_one_address_is_slowed_down_for_any_name(newcomer: Operator, app: Flask, one_time: str) -> None:
    for number in range(ADDRESS.free):
        assert newcomer.sign_in("wrong", f"name{number}").status_code == 422
    assert newcomer.sign_in(one_time).status_code == 429
    assert Operator(app, "203.0.113.5").sign_in(one_time).status_code == 303


def test_one_ipv6_network_is_one_address(app: Flask, one_time: str) -> None:
    for number in range(ADDRESS.free):
        Operator(app, f"2001:db8:1:2::{number:x}").sign_in("wrong", f"name{number}")
    assert Operator(app, "2001:db8:1:2:ffff::1").sign_in(one_time).status_code == 429
    assert Operator(app, "2001:db8:1:3::1").sign_in(one_time).status_code == 303


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("/backoffice/forms?q=a&sort=-changed", True),
        ("/backoffice/forms/Welcome", True),
        ("https://evil.example/", False),
        ("//evil.example/backoffice/", False),
        ("/backoffice//evil.example", False),
        ("/backoffice/../..//evil.example", False),
        ("/backoffice/\\evil.example", False),
        ("/\\evil.example", False),
        ("/backoffice/\t//evil.example", False),
        ("/backoffice/\r\nSet-Cookie: a=b", False),
        ("javascript:alert(1)", False),
        ("/t/link", False),
        ("/backoffice/api/forms/x/versions/1", False),
        ("/backoffice/" + "x" * 2000, False),
    ],
)
def test_signing_in_never_leads_to_another_site(operator: Operator, given: str, taken: bool) -> None:
    operator.post("/backoffice/sign-out")
    answer = operator.sign_in(next=given)
    assert answer.status_code == 303
    assert answer.location == (given if taken else "/backoffice/")
    again = operator.get("/backoffice/sign-in", query_string={"next": given})
    assert again.location == (given if taken else "/backoffice/")


def test_a_page_is_found_again_after_signing_in(operator: Operator) -> None:
    operator.post("/backoffice/sign-out")
    asked = operator.get("/backoffice/forms?q=x%26y&sort=-changed")
    page = operator.get(asked.location)
    assert 'name="next" value="/backoffice/forms?q=x%26y&amp;sort=-changed"' in page.text


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_another_site_cannot_sign_anybody_in_or_out(operator: Operator, headers: dict[str, str]) -> None:
    for path, fields in (("sign-in", {"name": "admin", "password": PASSWORD}), ("sign-out", {})):
        sent: dict[str, Any] = {"csrf_token": operator.token, **fields}
        assert operator.client.post(f"/backoffice/{path}", data=sent, headers=headers).status_code == 403
    assert is_in(operator)


def test_nothing_is_changed_without_the_token(operator: Operator) -> None:
    operator.token = ""
    for path in ("sign-in", "sign-out", "password", "forms", "forms/Welcome/discard", "forms/preview"):
        refused = operator.post(f"/backoffice/{path}")
        assert refused.status_code == 400
        assert "Nothing was saved" in refused.text
    assert is_in(operator)


def test_a_get_changes_nothing(operator: Operator) -> None:
    assert operator.get("/backoffice/sign-out").status_code == 404
    assert is_in(operator)


def test_texts_that_were_typed_are_inert(newcomer: Operator) -> None:
    page = newcomer.sign_in("x", '"><script>alert(1)</script>')
    assert "<script>alert" not in page.text


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
