"""Whatever is sent, the API answers as its document says: with real objects and without, as it takes it and not.

`IDFLOW_API_EXAMPLES` says how many requests are sent: more find more.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as rules
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, openapi
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from engine import demo
from engine.api_settings import MAXIMUM, ApiSettings
from engine.application import Application
from engine.config import Settings
from tests.webui.api.conftest import PREFIX, Program
from webui.api.interface import operations as declared

EXAMPLES = int(os.environ.get("IDFLOW_API_EXAMPLES", "150"))
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """No limit gets in the way."""
    return Settings(data=tmp_path / "var", api=ApiSettings(rate=MAXIMUM, burst=MAXIMUM, refusals=MAXIMUM))


@pytest.fixture
def known(application: Application, program: Program) -> dict[str, str]:
    """What there is, by the names of the places in paths."""
    store = program.get("/stores").json["items"][0]["id"]  # type: ignore[index]
    user = program.get(f"/stores/{store}/users?q=user").json["items"][0]["id"]  # type: ignore[index]
    person = program.get(f"/stores/{store}/users/{user}").json
    started = program.post("/instances", {"definition": demo.PROCESS, "variables": {"externalId": demo.USER}}).json
    assert started is not None
    assert person is not None
    task = program.get(f"/instances/{started['id']}/tasks").json["items"][0]["id"]  # type: ignore[index]
    form = program.get("/forms").json["items"][0]["name"]  # type: ignore[index]
    return {
        "key": demo.PROCESS,
        "version": "1",
        "name": form,
        "token_id": program.get("/tokens").json["items"][0]["id"],  # type: ignore[index]
        "instance_id": started["id"],
        "task_id": task,
        "store_id": store,
        "user_id": user,
        "credential_id": person["credentials"][0]["id"],
        "policy_id": program.get("/policies").json["items"][0]["id"],  # type: ignore[index]
        "job_id": "1",
        "mail_id": "0" * 24,
    }


def test_whatever_is_sent_is_answered_as_the_document_says(app: Flask, program: Program, known: dict[str, str]) -> None:
    schema = openapi.from_wsgi(f"{PREFIX}/openapi.json", app)
    schema.config.generation.update(with_security_parameters=False)
    operations: list[Any] = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    answers = {each.name: each.answer for each in declared()}
    seen: dict[int, int] = {}

    @seed(20260115)
    @rules(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def send(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(operations), "operation")
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]), "mode")
        places = {each.name: known[each.name] for each in operation.path_parameters}
        real = data.draw(st.integers(0, 9), "real")
        given_places = {"path_parameters": places} if places and real else {}
        case: Case[Any] = data.draw(operation.as_strategy(generation_mode=mode, **given_places), "case")
        if operation.method.upper() in {"PATCH", "DELETE"}:
            case.headers["If-Match"] = "*"
        response = case.call(headers={**program.headers})
        seen[response.status_code] = seen.get(response.status_code, 0) + 1
        assert response.status_code < 500, (case, response.text)
        # Whatever a file holds is text.
        files = case.media_type == "multipart/form-data"
        case.validate_response(response, checks=CHECKS[:-1] if files else CHECKS)
        answer = answers[operation.definition.raw["operationId"]]
        if response.status_code in {200, 201, 202} and answer is not None:
            # Whoever has the models can read it.
            answer.model_validate_json(response.content)

    send()
    # Not all of it was refused before it was looked at.
    assert {200, 422} <= set(seen)
