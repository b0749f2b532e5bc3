"""Every route says what it needs; whoever lacks it is not let in."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from engine.accounts import ROLES, Permission, Role, permissions
from engine.application import Application
from tests.webui.backoffice.conftest import Operator, form, process
from webui import PUBLIC

OPEN = {
    *("backoffice.sign_in", "backoffice.do_sign_in"),
    *("backoffice.sign_in_code", "backoffice.do_sign_in_code"),
    *("backoffice.provider_sign_in", "backoffice.provider_callback"),
    *("backoffice.reset", "backoffice.do_reset"),
    "backoffice.theme_css",
    *("api.openapi", "api.nowhere"),
}
"""What of the backoffice and of the API everybody may use: nothing that is anybody's."""

LOOKING = {"backoffice.preview", "backoffice.process_changes"}
"""What is sent by POST because it is large, and changes nothing."""


def needs(app: Flask) -> dict[str, Permission | None]:
    found: dict[str, Permission | None] = app.extensions["permissions"]
    return found


def test_every_route_declares_a_permission(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == PUBLIC | set(needs(app))
    assert {endpoint for endpoint in PUBLIC if endpoint.startswith("backoffice")} == set()
    assert {endpoint for endpoint, permission in needs(app).items() if permission is None} == OPEN
    for rule in app.url_map.iter_rules():
        assert rule.rule.startswith("/backoffice") is rule.endpoint.startswith("backoffice."), rule
        assert rule.rule.startswith("/api/") is rule.endpoint.startswith("api."), rule


def test_what_changes_something_needs_more_than_to_look(app: Flask) -> None:
    looking = {
        endpoint
        for endpoint, method, _ in paths(app)
        if method != "GET" and (permission := needs(app)[endpoint]) and permission.endswith(".view")
    }
    assert looking <= LOOKING


def test_a_route_that_declares_nothing_is_open_to_nobody(app: Flask, operator: Operator) -> None:
    app.view_functions["backoffice.undeclared"] = lambda: "open"
    app.url_map.add(app.url_rule_class("/backoffice/undeclared", endpoint="backoffice.undeclared"))
    assert operator.get("/backoffice/undeclared").status_code == 500


def paths(app: Flask) -> Iterator[tuple[str, str, str]]:
    values = {
        "name": "Welcome",
        "key": "welcome",
        "version": "1",
        "rest": "nowhere",
        "action": "disable",
    }
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("backoffice.") and rule.endpoint not in OPEN:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                given = {each: values.get(each, "nobody") for each in rule.arguments}
                yield rule.endpoint, method, urls.build(rule.endpoint, given, method=method)


def test_nobody_gets_anywhere_without_signing_in(app: Flask, newcomer: Operator) -> None:
    newcomer.get("/backoffice/sign-in")
    for endpoint, method, path in paths(app):
        answer = newcomer.call(method, path)
        if "/api/" in path:
            assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), endpoint
            assert "WWW-Authenticate" in answer.headers
        else:
            assert answer.status_code == 303, endpoint
            assert answer.location.startswith("/backoffice/sign-in"), endpoint


@contextmanager
def role(monkeypatch: pytest.MonkeyPatch, *granted: Permission) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(permissions, "ROLES", {"administrator": frozenset(granted)})
        yield


def test_an_account_can_do_what_its_role_permits_and_no_more(
    app: Flask, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.post("/backoffice/forms", name="Welcome", title="Welcome")
    operator.post("/backoffice/processes", name="Welcome")
    for endpoint, method, path in paths(app):
        needed = needs(app)[endpoint]
        assert needed is not None
        with role(monkeypatch, *(set(Permission) - {needed})):
            assert operator.call(method, path).status_code == 403, endpoint


def test_every_role_gets_where_its_permissions_lead_and_nowhere_else(
    app: Flask, colleague: Callable[..., Operator]
) -> None:
    # Signing out comes last: nothing is seen afterwards.
    everything = sorted(paths(app), key=lambda path: path[0] == "backoffice.sign_out")
    for number, role in enumerate(Role):
        person = colleague(role, address=f"192.0.2.{100 + number}")
        for endpoint, method, path in everything:
            needed = needs(app)[endpoint]
            refused = person.call(method, path).status_code == 403
            assert refused is (needed not in ROLES[role]), (role, method, path)
        assert person.get("/backoffice/account").status_code == 303


@pytest.mark.parametrize("role", list(Role))
def test_no_page_offers_what_its_reader_may_not_do(
    app: Flask, operator: Operator, application: Application, colleague: Callable[..., Operator], role: Role
) -> None:
    operator.post("/backoffice/forms", name="Welcome", title="Welcome")
    operator.save_version("Welcome", form(), 1)
    operator.post("/backoffice/processes", name="Welcome")
    operator.data("Welcome")
    operator.keep_process("welcome", process(), 1, deploy=True)
    application.token_office.issue(name="once", definition_key="welcome")
    person, urls = colleague(role), app.url_map.bind("localhost")
    ahead, seen = ["/backoffice/forms"], {"/backoffice/sign-out"}
    while ahead:
        page = person.get(ahead.pop())
        assert page.status_code == 200, page.request.path
        # What a script shows is asked for by the script.
        links = re.findall(r'href="(/backoffice/[^"?#]*)', page.text) if page.mimetype == "text/html" else []
        posts = re.findall(r'method="post" action="(/backoffice/[^"?#]*)', page.text)
        for path, method in (*((each, "GET") for each in links), *((each, "POST") for each in posts)):
            needed = needs(app)[urls.match(path, method=method)[0]]
            assert needed in ROLES[role], (page.request.path, path)
        new = set(links) - {"/backoffice/"} - seen
        seen |= new
        ahead += new
    assert ("/backoffice/accounts" in seen) is (Permission.ACCOUNTS_VIEW in ROLES[role])
    assert ("/backoffice/api-keys" in seen) is (Permission.API_KEYS_OWN in ROLES[role])
    assert len(seen) > 10


def test_who_may_edit_may_not_deploy(
    operator: Operator, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.post("/backoffice/forms", name="Welcome", title="Welcome")
    with role(monkeypatch, Permission.FORMS_VIEW, Permission.FORMS_EDIT):
        assert operator.save_version("Welcome", form(), 1, deploy=True).status_code == 403
        assert operator.save_version("Welcome", form(), 1).status_code == 201
        assert operator.post("/backoffice/forms/Welcome/deploy", version="1").status_code == 403
    assert application.forms.open("Welcome").deployed is None


def test_an_unknown_role_permits_nothing() -> None:
    assert permissions.permissions_of("nobody") == frozenset()
    assert ROLES["administrator"] == frozenset(Permission)
