"""A new process token: what it can say, what cannot be taken, and its link."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from flask import Flask

from engine import demo
from engine.application import Application
from engine.store.models import TokenType
from tests.webui.backoffice.conftest import Operator, audited
from tests.webui.backoffice.tokens.making import FILLED, NEW, TOKENS, link_of, made, make

pytestmark = pytest.mark.usefixtures("journeys")


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
