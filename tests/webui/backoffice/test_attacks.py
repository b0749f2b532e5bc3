"""What others try on every route there is: without its token, by another name, to another site, with another header."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import StringIO
from itertools import product
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine import audit, demo
from engine.application import Application
from engine.audit import AuditAction, export
from engine.audit.events import between
from engine.config import Settings
from engine.csv_cells import safe
from tests import stored
from tests.webui.backoffice.conftest import Operator, People, form
from tests.webui.backoffice.people import Demo
from webui import manual
from webui.hosts import PROBES

pytestmark = pytest.mark.usefixtures("journeys")

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
ELSEWHERE = ("https://evil.example/", "//evil.example/", "/\\evil.example", "/backoffice/..//evil.example")
RETURNING = (
    "next",
    "redirect",
    "redirect_to",
    "return",
    "return_to",
    "url",
    "continue",
    "back",
    "again",
    "done",
    "lang",
)
INJECTED = "x\r\nEvil: yes\r\n\r\n<script>"
ASKED = (
    "q",
    "after",
    "before",
    "event",
    "account",
    "version",
    "definition",
    "element",
    "tab",
    "from",
    "to",
    "separator",
)

ALIKE_FOR_EVERYBODY = {"static"} | manual.ROUTES
"""Files, of which browsers keep copies."""


@dataclass(frozen=True)
class Asked:
    """A route with one of its methods, and an address that it answers to."""

    endpoint: str
    method: str
    path: str


def every_route(app: Flask, values: Mapping[str, str]) -> Iterator[Asked]:
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            given = {each: values.get(each, "nobody") for each in rule.arguments}
            yield Asked(rule.endpoint, method, urls.build(rule.endpoint, given, method=method))


@pytest.fixture
def there(operator: Operator, application: Application, people: People) -> dict[str, str]:
    """What routes are about, each of it really there."""
    operator.post("/backoffice/forms", name="Welcome", title="Welcome")
    operator.save_version("Welcome", form(), 1)
    people_there = Demo(application)
    return {
        "name": "Welcome",
        "key": demo.PROCESS,
        "version": "1",
        "rest": "nowhere",
        "filename": "idflow.css",
        "account": "admin",
        "link": application.token_office.issue(name="once", definition_key=demo.PROCESS).link,
        "token_id": application.token_office.search().rows[0].token.id,
        "instance_id": people.begin(),
        "store_id": people_there.store.id,
        "user_id": people_there.user.id,
        "policy_id": people_there.policy.id,
    }


def everything(application: Application) -> dict[str, list[str]]:
    with application.database.read() as session:
        return {each.name: sorted(map(str, session.execute(select(each)))) for each in stored.tables(session)}


def test_nothing_that_changes_something_is_taken_without_the_token_of_its_page(
    app: Flask, operator: Operator, application: Application, there: dict[str, str]
) -> None:
    before, tried = everything(application), set()
    for asked in every_route(app, there):
        # No cookie is looked at under /api/v1: there is nothing that another site could use.
        if asked.method not in CHANGING or asked.endpoint.startswith("api."):
            continue
        for fields in ({}, {"csrf_token": "made-up"}, {"csrf_token": operator.token[::-1]}):
            sent = {"name": "admin", "status": "INACTIVE", "reason": "x", "confirm": "yes", **fields}
            refused = operator.client.open(
                asked.path, method=asked.method, data=sent, environ_base=operator.environment
            )
            assert refused.status_code == 400, (asked, fields)
        tried.add(asked.endpoint)
    assert {"journey.begin", "journey.submit", "backoffice.do_sign_in", "backoffice.make_tokens"} < tried
    assert everything(application) == before


def is_guarded(answer: TestResponse) -> bool:
    policy = dict(each.split(" ", 1) for each in answer.headers["Content-Security-Policy"].split("; "))
    return (
        policy["default-src"] == "'none'"
        and policy["frame-ancestors"] in {"'none'", "'self'"}
        and "unsafe" not in str(policy)
        and "http" not in str(policy)
        and answer.headers["X-Content-Type-Options"] == "nosniff"
        and answer.headers["Referrer-Policy"] == "no-referrer"
        and answer.headers["X-Frame-Options"] in {"DENY", "SAMEORIGIN"}
    )


def test_no_page_that_somebody_sees_is_kept_anywhere_and_a_get_changes_nothing(
    app: Flask, operator: Operator, application: Application, there: dict[str, str]
) -> None:
    before, seen = everything(application), set()
    for asked in every_route(app, there):
        if asked.method != "GET" or asked.endpoint in ALIKE_FOR_EVERYBODY:
            continue
        answer = operator.client.get(asked.path, environ_base=operator.environment)
        assert answer.status_code < 500, asked
        assert answer.headers["Cache-Control"] == "no-store", asked
        assert is_guarded(answer), asked
        if "attachment" in answer.headers.get("Content-Disposition", ""):
            assert answer.mimetype != "text/html", asked
        if answer.status_code == 200:
            seen.add(asked.endpoint)
    personal = {"token", "tokens", "instance", "instances", "instance_report", "user", "users"}
    assert {f"backoffice.{each}" for each in (*personal, "audit", "account", "accounts", "new_tokens")} <= seen
    assert everything(application) == before


class TestBehindAName:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, public_url="http://id.example")

    def test_by_another_name_nothing_is_answered_and_no_link_says_it(
        self, app: Flask, operator: Operator, there: dict[str, str]
    ) -> None:
        for asked in every_route(app, there):
            if asked.endpoint in PROBES:
                continue
            base = "http://evil.example"
            answer = operator.client.open(asked.path, method=asked.method, base_url=base)
            assert answer.status_code == 400, asked
            assert "evil.example" not in f"{answer.headers}{answer.text}", asked
        forwarded = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Host": "evil.example"}
        fields = {"name": "n", "process": demo.PROCESS, "type": "count", "limit": "1", "duration": "1", "unit": "hours"}
        sent = {"csrf_token": operator.token, **fields}
        made = operator.client.post("/backoffice/tokens", data=sent, headers=forwarded)
        assert 'data-copy="http://id.example/t/' in made.text
        reset = operator.client.post("/backoffice/accounts/admin/link", data=sent, headers=forwarded)
        assert "evil.example" not in made.text + reset.text


def test_no_answer_leads_to_another_site(app: Flask, operator: Operator, there: dict[str, str]) -> None:
    # Signing in by POST has a test of its own.
    routes = every_route(app, there)
    pages = [each.path for each in routes if each.method == "GET" and each.endpoint not in ALIKE_FOR_EVERYBODY]
    for person, values in ((operator, ELSEWHERE), (Operator(app), ELSEWHERE[1:2])):
        for path, where in product(pages, values):
            answer = person.client.get(path, query_string=dict.fromkeys(RETURNING, where))
            leads_to = urljoin("http://localhost/", answer.headers.get("Location", "/"))
            assert urlsplit(leads_to.replace("\\", "/")).netloc == "localhost", (path, where)
            assert "evil" not in answer.headers.get("Refresh", ""), path


def test_no_value_becomes_a_header(app: Flask, operator: Operator, there: dict[str, str]) -> None:
    hostile = {name: INJECTED for name in there if name != "version"} | {"version": "1"}
    everything = dict.fromkeys((*RETURNING, *ASKED), INJECTED)
    for values in (there, {**hostile, "rest": INJECTED}):
        for asked in every_route(app, values):
            if asked.endpoint == "backoffice.sign_out":
                continue
            sent: dict[str, Any] = {}
            if asked.method in CHANGING:
                token = {"csrf_token": operator.token}
                names = ("name", "title", "process", "secret", "content", "reason", "status", "format")
                sent = {"data": {**everything, **dict.fromkeys(names, INJECTED), **token}}
            headers = {"X-Request-ID": "x" * 9, "Accept-Language": "de;q=x"}
            answer = operator.client.open(
                asked.path,
                method=asked.method,
                query_string=everything,
                headers=headers,
                environ_base=operator.environment,
                **sent,
            )
            assert answer.status_code < 500, asked
            assert "Evil" not in answer.headers, asked
            assert all("\n" not in value and "\r" not in value for _, value in answer.headers), asked
            answer.close()


def test_a_session_that_somebody_else_has_planted_is_of_no_use_to_them(app: Flask, application: Application) -> None:
    link = application.token_office.issue(
        name="once", definition_key=demo.PROCESS, parameters={"externalId": demo.USER}
    ).link
    attacker, victim = app.test_client(), app.test_client()
    attacker.get(f"/t/{link}")
    planted = attacker.get_cookie("idflow")
    assert planted
    victim.set_cookie("idflow", planted.value)
    landing = victim.get(f"/t/{link}")
    hidden = dict(re.findall(r'name="(csrf_token|nonce)" value="([^"]+)"', landing.text))
    begun = victim.post(f"/t/{link}", data=hidden)
    assert begun.status_code == 303
    assert victim.get(begun.location).status_code == 200
    assert attacker.get(begun.location).status_code == 410
    # Nor does the link lead there, in the browser that the session came from.
    assert begun.location not in attacker.get(f"/t/{link}").text


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\N{FULLWIDTH EQUALS SIGN}1", "=cmd|'/C'!A0")


def test_no_cell_of_an_export_is_a_formula(application: Application) -> None:
    assert [safe(each) for each in FORMULAS] == [f"'{each}" for each in FORMULAS]
    assert safe("a=1") == "a=1"
    with application.database.write() as session:
        for each in FORMULAS:
            audit.record(session, application.clock, AuditAction.AUDIT_EXPORTED, by=each)
    with application.database.read() as session:
        text = "\r\n".join(export.lines(between(session, None, None), export.Format.CSV))
    rows = [*csv.reader(StringIO(text, newline=""))]
    assert len(rows) > len(FORMULAS)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in rows for cell in row)
