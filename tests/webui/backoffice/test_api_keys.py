"""API keys: made by people, used by programs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine import demo
from engine.accounts import Permission, Role, api_keys
from engine.accounts.api_keys import KEPT_FOR
from engine.application import Application
from engine.config import Settings
from engine.store.models import ApiKey
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited, form

KEYS, API = "/backoffice/api-keys", "/backoffice/api/forms/Welcome/versions/1"
SHOWN = re.compile(r'data-copy="(idflow_[A-Za-z0-9_-]{43})"')
REVOKE = re.compile(r"/backoffice/api-keys/([0-9a-f]+)/revoke")
EDIT = "/backoffice/api/forms/Welcome/versions"

Colleague = Callable[..., Operator]


def make(operator: Operator, *permissions: str, name: str = "CI", days: int = 30) -> str:
    operator.get("/backoffice/new-api-key")
    made = operator.post(KEYS, name=name, permission=list(permissions or ["forms.view"]), days=str(days))
    found = SHOWN.search(made.text)
    assert found, made.text
    return found[1]


class Program:
    """Something that has a key, and no cookies."""

    def __init__(self, app: Flask, key: str) -> None:
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {key}"}

    def get(self, path: str = API, **headers: str) -> TestResponse:
        return self.client.get(path, headers={**self.headers, **headers})

    def post(self, path: str, body: Any) -> TestResponse:
        return self.client.post(path, json=body, headers=self.headers)


@pytest.fixture
def designed(operator: Operator) -> Operator:
    """An administrator with a form."""
    operator.post("/backoffice/forms", name="Welcome", title="Welcome")
    operator.save_version("Welcome", form(), 1)
    return operator


def test_a_key_is_shown_once_and_works_without_cookie_and_token(
    designed: Operator, app: Flask, application: Application
) -> None:
    key = make(designed, "forms.view", "forms.edit")
    assert key.encode() not in stored.content(application.database)
    page = designed.get(KEYS).text
    assert key not in page
    assert f"…{key[-4:]}" in page
    assert "Never" in page
    program = Program(app, key)
    read = program.get()
    assert (read.status_code, read.mimetype) == (200, "application/json")
    saved = program.post(EDIT, {"content": form(title="Hello"), "revision": 2, "deploy": False})
    assert saved.status_code == 201, saved.text
    assert "Set-Cookie" not in read.headers
    assert "Set-Cookie" not in saved.headers
    assert "Never" not in designed.get(KEYS).text
    event, detail = audited(application, "api_key_created")[0]
    assert (detail["by"], detail["permissions"]) == ("admin", "forms.view forms.edit")
    assert key not in str((event, detail))


def test_a_key_can_do_what_it_was_given_and_no_more(designed: Operator, app: Flask) -> None:
    program = Program(app, make(designed, "forms.view"))
    assert program.get().status_code == 200
    refused = program.post(EDIT, {"content": form(), "revision": 2, "deploy": False})
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")


def test_a_key_never_deploys_what_it_may_only_edit(designed: Operator, app: Flask, application: Application) -> None:
    program = Program(app, make(designed, "forms.view", "forms.edit"))
    assert program.post(EDIT, {"content": form(), "revision": 2, "deploy": True}).status_code == 403
    assert application.forms.open("Welcome").deployed is None


def test_a_key_loses_what_its_account_loses(designed: Operator, app: Flask, colleague: Colleague) -> None:
    ada = colleague(Role.DESIGNER, "ada")
    program = Program(app, make(ada, "forms.view", "forms.edit"))
    designed.get(KEYS)
    designed.post("/backoffice/accounts/ada/role", role="viewer")
    assert program.get().status_code == 200
    assert program.post(EDIT, {"content": form(), "revision": 2, "deploy": False}).status_code == 403
    designed.post("/backoffice/accounts/ada/do/disable")
    assert program.get().status_code == 401


def refused(program: Program) -> None:
    answer = program.get()
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="backoffice", error="invalid_token"'
    assert answer.json is not None
    assert answer.json["code"] == "api-key-refused"


@pytest.mark.parametrize("key", ["x", "idflow_" + "A" * 43, "idflow_", "idflow_" + "Ä" * 43, "' OR 1=1 --", "x" * 9000])
def test_a_forged_key_is_refused_whatever_cookie_comes_with_it(designed: Operator, app: Flask, key: str) -> None:
    refused(Program(app, key.encode().decode("latin-1")))
    headers = {"Authorization": f"Bearer {key.encode().decode('latin-1')}"}
    assert designed.client.get(API, headers=headers).status_code == 401


def test_a_changed_key_is_refused(designed: Operator, app: Flask) -> None:
    key = make(designed)
    refused(Program(app, key[:-1] + ("A" if key[-1] != "A" else "B")))


def test_a_key_expires(designed: Operator, app: Flask, clock: ManualClock, application: Application) -> None:
    program = Program(app, make(designed, days=7))
    clock.advance(timedelta(days=7, seconds=-1))
    assert program.get().status_code == 200
    clock.advance(timedelta(seconds=1))
    refused(program)
    event, detail = audited(application, "api_key_refused")[0]
    assert (event, detail["account"], detail["reason"]) == ("api_key_refused", "admin", "expired")
    designed.sign_in()
    assert "Expired" in designed.get(KEYS).text
    clock.advance(KEPT_FOR)
    application.keep_house()
    with application.database.read() as session:
        assert session.query(ApiKey).count() == 0


def test_a_key_is_revoked_at_once(designed: Operator, app: Flask, application: Application) -> None:
    program = Program(app, make(designed))
    found = REVOKE.search(designed.get(KEYS).text)
    assert found
    assert "CI" in designed.get(found[0]).text
    assert program.get().status_code == 200
    assert designed.post(found[0]).location == f"{KEYS}?done=key-revoked"
    refused(program)
    assert "Revoked" in designed.get(KEYS).text
    assert audited(application, "api_key_revoked")[0][1]["by"] == "admin"


def test_only_an_administrator_sees_and_revokes_the_keys_of_others(
    designed: Operator, app: Flask, colleague: Colleague
) -> None:
    ada, bob = colleague(Role.DESIGNER, "ada"), colleague(Role.OPERATOR, "bob")
    program = Program(app, make(ada, name="The key of ada"))
    found = REVOKE.search(ada.get(KEYS).text)
    assert found
    assert "The key of ada" not in bob.get(KEYS).text
    assert bob.get(found[0]).status_code == 404
    assert bob.post(found[0]).status_code == 404
    assert program.get().status_code == 200
    page = designed.get(KEYS).text
    assert "The key of ada" in page
    designed.post(found[0])
    refused(program)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"permission": ["accounts.edit"]}, "of those that you have"),
        ({"permission": ["api-keys.own"]}, "of those that you have"),
        ({"permission": ["forms.deploy", "forms.view"]}, "of those that you have"),
        ({"permission": ["everything"]}, "of those that you have"),
        ({"permission": []}, "Choose one permission"),
        ({"name": " "}, "one line"),
        ({"name": "CI\r\nSet-Cookie: a=b"}, "one line"),
        ({"name": "x" * 101}, "one line"),
        ({"days": "0"}, "1 to 365 days"),
        ({"days": "366"}, "1 to 365 days"),
        ({"days": "for ever"}, "1 to 365 days"),
    ],
)
def test_a_key_that_cannot_be_is_refused(
    colleague: Colleague, application: Application, fields: dict[str, Any], said: str
) -> None:
    person = colleague(Role.OPERATOR)
    person.get("/backoffice/new-api-key")
    page = person.post(KEYS, **{"name": "CI", "permission": ["tokens.view"], "days": "30", **fields})
    assert page.status_code == 422
    assert said in page.text
    assert not any("a=b" in each for each in page.headers.getlist("Set-Cookie"))
    with application.database.read() as session:
        assert session.query(ApiKey).count() == 0


def test_a_name_is_shown_as_text(operator: Operator) -> None:
    make(operator, name="<script>alert(1)</script>")
    assert "<script>alert" not in operator.get(KEYS).text


def test_nobody_has_more_keys_than_somebody_can_look_after(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "MAXIMUM_KEYS", 2)
    make(operator)
    make(operator)
    assert operator.post(KEYS, name="x", permission=["forms.view"], days="30").status_code == 422


def test_too_many_requests_have_to_wait(designed: Operator, app: Flask, clock: ManualClock) -> None:
    program, other = Program(app, make(designed)), Program(app, make(designed))
    assert {program.get().status_code for _ in range(Settings().api.burst)} == {200}
    late = program.get()
    assert (late.status_code, late.headers["Retry-After"]) == (429, "1")
    assert late.json is not None
    assert late.json["code"] == "too-many-requests"
    assert other.get().status_code == 200
    clock.advance(timedelta(seconds=1))
    assert [program.get().status_code for _ in range(6)] == [200] * 5 + [429]


def test_a_key_opens_no_page(designed: Operator, app: Flask) -> None:
    program = Program(app, make(designed))
    for path in ("/backoffice/forms", "/backoffice/account", KEYS, "/backoffice/accounts"):
        assert program.get(path).location.startswith("/backoffice/sign-in")


def test_a_key_does_not_lend_its_freedom_to_pages(designed: Operator) -> None:
    """A cookie still needs the token, whatever header comes with it."""
    key = make(designed)
    headers = {"Authorization": f"Bearer {key}"}
    before = designed.client.post("/backoffice/forms", data={"name": "x", "title": "x"}, headers=headers)
    assert before.status_code == 400
    for header in ("Basic x", "Bearer", "bearer", ""):
        sent = designed.client.post(EDIT, json={"content": form(), "revision": 2}, headers={"Authorization": header})
        assert sent.status_code == 400, header


@pytest.mark.usefixtures("journeys")
def test_a_program_makes_a_token_in_the_name_of_its_account(
    operator: Operator, app: Flask, application: Application
) -> None:
    program = Program(app, make(operator, Permission.TOKENS_CREATE))
    made = program.post("/backoffice/api/tokens", {"definition": demo.PROCESS, "version": None})
    assert made.status_code == 201
    assert audited(application, "token_created")[-1][1]["by"] == "admin"


def test_a_key_works_where_its_owner_has_a_new_one_time_password(
    designed: Operator, app: Flask, application: Application
) -> None:
    program = Program(app, make(designed))
    application.administration.reset("admin")
    assert program.get().status_code == 200
    assert designed.sign_in(PASSWORD).status_code == 422
