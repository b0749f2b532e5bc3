"""Process tokens in the backoffice: the list, a new one, its link once, switching it off, a new link."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine import demo
from engine.application import Application
from engine.store.models import TokenStatus, TokenType
from engine.tokens import TokenRecord
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, audited
from webui.backoffice import tokens

pytestmark = pytest.mark.usefixtures("journeys")

TOKENS, NEW, API = "/backoffice/tokens", "/backoffice/new-token", "/backoffice/api/tokens"
LINK = re.compile(r'data-copy="(http://localhost/t/([A-Za-z0-9_-]{43}))"')
FILLED = {"name": "Desk 4", "process": demo.PROCESS, "type": "count", "limit": "1", "duration": "48", "unit": "hours"}
HOSTILE = ["..", "x" * 3000, "%00", "' OR 1=1 --", "<script>", "\N{SNOWMAN}", "a/b"]


def made(application: Application) -> list[TokenRecord]:
    """Return the tokens that are there besides the demonstration's, the newest first."""
    page = application.token_office.search()
    return [each.token for each in page.rows if each.token.name != demo.TOKEN]


def make(operator: Operator, **fields: Any) -> TestResponse:
    operator.get(NEW)
    return operator.post(TOKENS, **{**FILLED, **fields})


def link_of(page: TestResponse) -> str:
    found = LINK.search(page.text)
    assert found, page.text
    return found[2]


def test_a_token_is_made_and_its_link_begins_the_process(
    app: Flask, operator: Operator, application: Application, log: StringIO
) -> None:
    page = make(operator, externalId="user1")
    assert page.status_code == 200
    assert "shown only now" in page.text
    assert "<svg" in page.text
    assert page.cache_control.no_store
    assert page.headers["Referrer-Policy"] == "no-referrer"
    link = link_of(page)
    landing = app.test_client().get(f"/t/{link}")
    assert "Get Current TOTP Registration" in landing.text
    (token,) = made(application)
    assert (token.name, token.type, token.limit, token.parameters) == ("Desk 4", "count", 1, {"externalId": "user1"})
    assert link not in operator.get(TOKENS).text
    assert "create_token" in log.getvalue()
    assert link not in log.getvalue()
    ((_, detail),) = [each for each in audited(application, "token_created") if each[1]["name"] == "Desk 4"]
    assert detail == {"name": "Desk 4", "definition": demo.PROCESS, "by": "admin"}


def test_the_form_has_a_name_and_the_process_that_is_asked_for(operator: Operator) -> None:
    page = operator.get(f"{NEW}?definition={demo.PROCESS}&version=1").text
    assert re.search(r'name="name" type="text" value="[a-z]+-[a-z]+-[0-9a-f]{6}"', page)
    assert f'value="{demo.PROCESS}:1" selected' in page
    unknown = operator.get(f"{NEW}?definition=%3Cb%3Enowhere&version=7").text
    assert '"&lt;b&gt;nowhere:7" selected' in unknown


def test_everything_that_a_token_can_say_is_taken(operator: Operator, application: Application) -> None:
    page = make(
        operator,
        process=f"{demo.PROCESS}:1",
        type="time",
        limit="",
        not_before="2026-02-01T08:00",
        not_after="2026-03-01T08:00",
        duration="3",
        unit="days",
        firstName="Ada",
        lastName="Lovelace",
        email="ada@example.com",
        externalId="user1",
        **{
            "parameter-name": ["amount", "", "vip", "note", "rate"],
            "parameter-kind": ["number", "text", "flag", "text", "number"],
            "parameter-value": ["12", "", "True", " 007 ", "1.5"],
        },
    )
    assert page.status_code == 200, page.text
    (token,) = made(application)
    assert (token.definition_version, token.type, token.limit) == (1, TokenType.TIME, None)
    assert (token.not_before, token.not_after) == (
        datetime(2026, 2, 1, 8, tzinfo=UTC),
        datetime(2026, 3, 1, 8, tzinfo=UTC),
    )
    assert token.maximum_duration == timedelta(days=3).total_seconds()
    named = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "externalId": "user1"}
    assert token.parameters == {**named, "amount": 12, "vip": True, "note": " 007 ", "rate": 1.5}


PAIR = {"parameter-kind": "text", "parameter-value": "x"}


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"name": ""}, "name", "Give the token a name"),
    ({"name": "x" * 51}, "name", "1 to 50 visible characters"),
    ({"name": "a\nb"}, "name", "visible characters"),
    ({"name": demo.TOKEN}, "name", "already"),
    ({"process": ""}, "process", "Choose a process definition"),
    ({"process": "nowhere"}, "process", "no process definition"),
    ({"process": f"{demo.PROCESS}:99"}, "process", "in version 99"),
    ({"process": f"{demo.PROCESS}:-1"}, "process", "in version -1"),
    ({"process": f"{demo.PROCESS}:1:1"}, "process", "whole number"),
    ({"type": "eternal"}, "type", "Choose one"),
    ({"limit": "0"}, "limit", "1 to 1000000 uses"),
    ({"limit": "two"}, "limit", "whole number"),
    ({"limit": "9" * 5000}, "limit", "whole number"),
    ({"type": "time"}, "not_after", "needs a time"),
    ({"not_after": "2025-01-01T00:00"}, "not_after", "past already"),
    ({"not_after": "tomorrow"}, "not_after", "date and a time"),
    ({"not_before": "2026-05-01T00:00", "not_after": "2026-04-01T00:00"}, "not_before", "end before it begins"),
    ({"duration": "0"}, "duration", "one second"),
    ({"duration": "367", "unit": "days"}, "duration", "366 days"),
    ({"duration": "9" * 18, "unit": "days"}, "duration", "366 days"),
    ({"unit": "years"}, "duration", "Choose one"),
    ({"externalId": "x" * 300}, "externalId", "up to 255"),
    ({"parameter-name": "_secret", **PAIR}, "parameter-0", "cannot name a parameter"),
    ({"parameter-name": "processvar", **PAIR}, "parameter-0", "cannot name a parameter"),
    ({"parameter-name": "", **PAIR}, "parameter-0", "cannot name a parameter"),
    ({"parameter-name": "n", "parameter-kind": "number", "parameter-value": "many"}, "parameter-0", "a number"),
    ({"parameter-name": "n", "parameter-kind": "number", "parameter-value": "nan"}, "parameter-0", "a number"),
    ({"parameter-name": "n", "parameter-kind": "flag", "parameter-value": "yes"}, "parameter-0", "true or false"),
    ({"parameter-name": "n", "parameter-kind": "code", "parameter-value": "1"}, "parameter-0", "a text"),
    ({"externalId": "a", "parameter-name": "externalId", **PAIR}, "parameter-0", "two parameters"),
    (
        {"parameter-name": ["a", "b!"], "parameter-kind": ["text"] * 2, "parameter-value": ["1", "2"]},
        "parameter-1",
        "cannot name",
    ),
    (
        {
            "parameter-name": [f"n{i}" for i in range(51)],
            "parameter-kind": ["text"] * 51,
            "parameter-value": ["x"] * 51,
        },
        "parameter-0",
        "50 are allowed",
    ),
]


def test_what_cannot_be_taken_is_said_at_its_field_and_kept(operator: Operator, application: Application) -> None:
    for fields, field, text in REFUSED:
        page = make(operator, **{"firstName": "Ada", **fields})
        assert page.status_code == 422, fields
        (message,) = re.findall(rf'<a href="#{field}">([^<]*)</a>', page.text)
        assert text in message
        assert f'id="{field}"' in page.text, fields
        assert 'value="Ada"' in page.text
    assert made(application) == []


def test_the_same_form_sent_twice_makes_one_token(operator: Operator, application: Application) -> None:
    assert make(operator).status_code == 200
    again = operator.post(TOKENS, **FILLED)
    assert again.status_code == 422
    assert "There is a process token &#39;Desk 4&#39; already" in again.text
    assert len(made(application)) == 1


def test_a_process_that_only_an_event_starts_gets_no_token(
    operator: Operator, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        from engine.instances import NotStartable  # noqa: PLC0415

        raise NotStartable

    monkeypatch.setattr(type(application.instances), "check_startable", refuse)
    page = make(operator)
    assert page.status_code == 422
    assert "Only an event can start this process" in page.text


def test_the_list_says_what_a_token_is_for_and_what_is_left(
    operator: Operator, application: Application, clock: ManualClock
) -> None:
    soon = clock.now() + timedelta(minutes=10)
    issue = application.token_office.issue
    link = issue(name="three", definition_key=demo.PROCESS, limit=3, parameters={"externalId": "user1"}).link
    application.journeys.begin(link, b"b" * 32)
    issue(name="day", definition_key=demo.PROCESS, definition_version=1, type=TokenType.TIME, not_after=soon)
    issue(name="later", definition_key=demo.PROCESS, not_before=soon)
    application.token_office.switch(issue(name="off", definition_key=demo.PROCESS).id, TokenStatus.INACTIVE)
    page = operator.get(TOKENS).text
    found = re.findall(r'"row"><a[^>]*>(\w+)<(.*?)</tr>', page, re.DOTALL)
    rows = {row: " ".join(re.sub(r"<[^>]*>", " ", text).split()) for row, text in found}
    assert "always the newest" in rows["three"]
    assert "2 of 3 uses left" in rows["three"]
    assert "Get Current TOTP Registration version 1" in rows["day"]
    assert "until 2026-01-15 09:40 UTC, never used" in rows["day"]
    assert "Unlimited: never used" in rows[demo.TOKEN]
    states = {row: re.search("Active|Not valid yet|Switched off", text) for row, text in rows.items()}
    wanted = {"three": "Active", "day": "Active", "later": "Not valid yet", "off": "Switched off", demo.TOKEN: "Active"}
    assert {row: state and state[0] for row, state in states.items()} == wanted
    clock.advance(timedelta(minutes=20))
    assert "Expired" in operator.get(TOKENS).text


def test_the_list_goes_from_the_newest_to_the_oldest_page_by_page(
    operator: Operator, application: Application, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "PAGE", 2)
    for number in range(4):
        clock.advance(timedelta(minutes=(number + 1) % 2))  # always two of the same moment
        application.token_office.issue(name=f"t{number}", definition_key=demo.PROCESS)
    seen, path = [], TOKENS
    while path:
        page = operator.get(path).text
        seen.append(re.findall(r'"row"><a[^>]*>(\w+)<', page))
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert [len(each) for each in seen] == [2, 2, 1]
    assert [sorted(each) for each in seen] == [["t2", "t3"], ["t0", "t1"], [demo.TOKEN]]


def test_a_search_looks_at_names_and_processes_and_takes_every_text(
    operator: Operator, application: Application
) -> None:
    application.token_office.issue(name="50%_off <b>", definition_key="device_lost")
    for query in ("50%_", "LOST AUTH", "device_l", "off <b"):
        page = operator.get(f"{TOKENS}?q={quote(query)}").text
        assert "50%_off &lt;b&gt;" in page, query
        assert "<b>" not in page
        assert ">Demo<" not in page, query
    for query in ("%", "_x", "\\", "' OR 1=1 --", "\0"):
        assert operator.get(f"{TOKENS}?q={quote(query)}").status_code == 200
    for after in ("", "1-", "x", "99999999999999999-x", "1-" + "y" * 99, "-1-a", "٣-a"):
        assert operator.get(f"{TOKENS}?after={quote(after)}").status_code == 200, after


def test_a_token_is_switched_off_and_on_again(app: Flask, operator: Operator, application: Application) -> None:
    link = link_of(make(operator))
    (token,) = made(application)
    path = f"{TOKENS}/{token.id}/switch"
    assert "Switch Desk 4 off?" in operator.get(path).text
    assert made(application) == [token]
    assert operator.post(path, status="INACTIVE").location == f"{TOKENS}?done=token-off"
    assert app.test_client().get(f"/t/{link}").status_code == 410
    assert "Switch Desk 4 on?" in operator.get(path).text
    operator.post(path, status="ACTIVE")
    assert app.test_client().get(f"/t/{link}").status_code == 200
    assert operator.post(path, status="GONE").status_code == 400
    details = [detail for _, detail in audited(application, "token_switched")]
    assert details == [{"name": "Desk 4", "status": status, "by": "admin"} for status in ("INACTIVE", "ACTIVE")]


def test_a_new_link_takes_the_place_of_the_old_one(app: Flask, operator: Operator, application: Application) -> None:
    old = link_of(make(operator))
    (token,) = made(application)
    path = f"{TOKENS}/{token.id}/renew"
    assert "cannot be undone" in operator.get(path).text
    assert app.test_client().get(f"/t/{old}").status_code == 200
    page = operator.post(path)
    assert "shown only now" in page.text
    assert app.test_client().get(f"/t/{old}").status_code == 404
    assert app.test_client().get(f"/t/{link_of(page)}").status_code == 200
    assert audited(application, "token_renewed")[-1][1] == {"name": "Desk 4", "by": "admin"}


def test_what_no_token_has_as_its_id_is_not_found(operator: Operator) -> None:
    operator.get(NEW)
    for hostile, action in product(HOSTILE, ("switch", "renew")):
        path = f"{TOKENS}/{quote(hostile, safe='%')}/{action}"
        assert operator.get(path).status_code == 404
        page = operator.post(path, status="ACTIVE")
        assert page.status_code == 404
        assert "<script>" not in page.text.replace("<script src", "")


def test_nothing_is_changed_without_the_token_of_the_page(operator: Operator, application: Application) -> None:
    make(operator)
    (token,) = made(application)
    operator.token = "forged"
    for path in (TOKENS, f"{TOKENS}/{token.id}/switch", f"{TOKENS}/{token.id}/renew"):
        assert operator.post(path, **FILLED | {"name": "other", "status": "INACTIVE"}).status_code == 400
    assert operator.call("POST", API, {"definition": demo.PROCESS, "version": None}).status_code == 400
    assert made(application) == [token]


def test_a_script_gets_a_token_for_one_use(app: Flask, operator: Operator, application: Application) -> None:
    answers = [operator.call("POST", API, {"definition": demo.PROCESS, "version": each}) for each in (None, 1)]
    assert [each.status_code for each in answers] == [201, 201]
    for answer in answers:
        body = answer.get_json()
        assert set(body) == {"id", "name", "link", "qr"}
        assert answer.cache_control.no_store
        assert body["qr"].startswith("<svg ")
        assert app.test_client().get(body["link"]).status_code == 200
    assert [(each.definition_version, each.limit, each.type) for each in made(application)][::-1] in (
        [(None, 1, "count"), (1, 1, "count")],
        [(1, 1, "count"), (None, 1, "count")],
    )
    assert len({each.get_json()["name"] for each in answers}) == 2


def test_a_script_gets_a_token_for_one_person(operator: Operator, application: Application) -> None:
    for external_id, kept in (("user1", {"externalId": "user1"}), ("", {})):
        answer = operator.call("POST", API, {"definition": demo.PROCESS, "version": 1, "externalId": external_id})
        assert answer.status_code == 201
        assert application.token_office.get(answer.get_json()["id"]).parameters == kept
    assert operator.call("POST", API, {"definition": demo.PROCESS, "externalId": 1}).status_code == 400


def test_a_script_is_told_what_is_wrong(operator: Operator, application: Application) -> None:
    bodies: list[tuple[Any, int]] = [
        ({"definition": "nowhere", "version": None}, 404),
        ({"definition": demo.PROCESS, "version": 99}, 404),
        ({"definition": demo.PROCESS, "version": 0}, 400),
        ({"definition": demo.PROCESS, "version": True}, 400),
        ({"definition": demo.PROCESS, "version": "1"}, 400),
        ({"definition": 1}, 400),
        ([], 400),
        (b"{", 400),
    ]
    for body, status in bodies:
        answer = operator.call("POST", API, body)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), body
    assert made(application) == []


def test_a_public_url_is_what_links_begin_with(operator: Operator, application: Application) -> None:
    application.settings = type(application.settings)(data=application.settings.data, public_url="https://id.example")
    body = operator.call("POST", API, {"definition": demo.PROCESS, "version": None}).get_json()
    assert body["link"].startswith("https://id.example/t/")
