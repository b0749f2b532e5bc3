"""Process tokens that the scripts of other pages make."""

from typing import Any

import pytest
from flask import Flask

from engine import demo
from engine.application import Application
from tests.webui.backoffice.conftest import Operator
from tests.webui.backoffice.tokens.making import API, made

pytestmark = pytest.mark.usefixtures("journeys")


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
