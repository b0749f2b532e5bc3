"""Who may do what: by API keys alone."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from engine.accounts import ROLES, Permission, Role, permissions
from engine.accounts.permissions import NOT_FOR_KEYS
from engine.application import Application
from tests.conftest import ManualClock
from tests.webui.api.conftest import PREFIX, Program

MakeKey = Callable[..., str]


def needs(app: Flask) -> dict[str, Permission | None]:
    found: dict[str, Permission | None] = app.extensions["permissions"]
    return found


def paths(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Yield every operation that is not open to everybody: its route, its method and a path."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and needs(app)[rule.endpoint] is not None:
            path = re.sub("<[^>]+>", "0" * 24, rule.rule).removeprefix(PREFIX)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, path


def test_nobody_gets_anywhere_without_a_key(app: Flask) -> None:
    nobody = Program(app, "")
    for endpoint, method, path in paths(app):
        answer = nobody.call(method, path)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), endpoint
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
        assert answer.json is not None
        assert answer.json["code"] == "not-signed-in"


def test_a_key_gets_where_the_permissions_of_its_account_lead_and_nowhere_else(app: Flask, make_key: MakeKey) -> None:
    for role in Role:
        program = Program(app, make_key(role=role))
        for endpoint, method, path in paths(app):
            needed = needs(app)[endpoint]
            refused = program.call(method, path).status_code == 403
            assert refused is (needed not in ROLES[role] - NOT_FOR_KEYS), (role, endpoint)


def test_a_key_can_do_what_it_was_given_and_no_more(
    app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    for endpoint, method, path in paths(app):
        needed = needs(app)[endpoint]
        monkeypatch.setattr(permissions, "ROLES", {"administrator": frozenset(set(Permission) - {needed})})
        assert program.call(method, path).status_code == 403, endpoint
        monkeypatch.undo()


def test_a_route_that_declares_nothing_is_open_to_nobody(app: Flask, program: Program) -> None:
    app.view_functions["api.undeclared"] = lambda: "open"
    app.url_map.add(app.url_rule_class(f"{PREFIX}/undeclared", endpoint="api.undeclared"))
    assert program.get("/undeclared").status_code == 500


def test_cookies_never_count_and_no_csrf_token_is_asked_for(app: Flask, application: Application) -> None:
    issued = application.administration.create("ada", Role.ADMINISTRATOR)
    browser = app.test_client()
    page = browser.get("/backoffice/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    fields = {"csrf_token": token[1], "name": "ada", "password": issued.password}
    assert browser.post("/backoffice/sign-in", data=fields).status_code == 303
    assert browser.get("/backoffice/account").location == "/backoffice/password"
    for answer in (browser.get(f"{PREFIX}/tokens"), browser.post(f"{PREFIX}/tokens", json={"definition": "x"})):
        assert answer.status_code == 401
        assert answer.json is not None
        assert answer.json["code"] == "not-signed-in"
        assert "Set-Cookie" not in answer.headers


def test_a_key_that_is_not_good_is_refused(app: Flask, make_key: MakeKey) -> None:
    for key in ("x", "idflow_" + "A" * 43, make_key()[:-1] + "!"):
        answer = Program(app, key).get("/tokens")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


def test_forms_are_deployed_by_keys_that_may(app: Flask, make_key: MakeKey) -> None:
    body = {"files": [{"name": "a.form", "content": "{}"}]}
    program = Program(app, make_key(Permission.PROCESSES_DEPLOY))
    assert program.post("/deployments", body).status_code == 403
    assert program.post("/deployments", {"files": [{"name": "a.bpmn", "content": ""}]}).status_code == 422


def test_steps_about_who_somebody_is_are_jumped_over_by_keys_that_may(app: Flask, make_key: MakeKey) -> None:
    program = Program(app, make_key(Permission.INSTANCES_SKIP, Permission.INSTANCES_MOVE))
    path = f"/instances/{'0' * 24}"
    assert program.post(f"{path}/skip", {"identity": True}).status_code == 403
    assert program.post(f"{path}/skip", {}).status_code == 404
    assert program.post(f"{path}/move", {"element": "end", "identity": True}).status_code == 403


def test_one_key_sends_so_many_requests_and_is_told_how_many_are_left(
    app: Flask, make_key: MakeKey, clock: ManualClock, application: Application
) -> None:
    program, burst = Program(app, make_key()), application.settings.api.burst
    first = program.get("/stores")
    assert first.headers["RateLimit-Policy"] == f'"key";q={burst};w=24'
    assert first.headers["RateLimit"] == f'"key";r={burst - 1};t=1'
    for _ in range(burst - 1):
        last = program.get("/stores")
    assert last.headers["RateLimit"] == '"key";r=0;t=24'
    refused = program.get("/stores")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert refused.headers["RateLimit"] == '"key";r=0;t=24'
    assert refused.json is not None
    assert refused.json["code"] == "too-many-requests"
    assert Program(app, make_key(name="other")).get("/stores").status_code == 200
    clock.advance(application.settings.api.every)
    assert program.get("/stores").status_code == 200
    assert program.get("/stores").status_code == 429


def test_one_address_is_refused_so_often_and_keeps_no_good_key_out(
    app: Flask, make_key: MakeKey, application: Application
) -> None:
    stranger, good = Program(app, "idflow_x"), Program(app, make_key())
    answers = [stranger.get("/stores").status_code for _ in range(application.settings.api.refusals + 1)]
    assert answers == [401] * application.settings.api.refusals + [429]
    assert good.get("/stores").status_code == 200
    assert Program(app, "idflow_x", address="198.51.100.1").get("/stores").status_code == 401
