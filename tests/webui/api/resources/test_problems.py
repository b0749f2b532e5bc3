"""What a request gets that is none, or asks for what is not there."""

from typing import Any

import orjson
import pytest

from engine import demo
from engine.application import Application
from engine.variables import MASK
from tests.webui.api.conftest import Program
from tests.webui.api.resources.reading import NOWHERE, body


def test_what_is_not_there_is_not_found(program: Program) -> None:
    for path in (
        "/definitions/nothing",
        "/definitions/nothing/versions",
        f"/definitions/{demo.PROCESS}/versions/99",
        f"/definitions/{demo.PROCESS}/versions/99/bpmn",
        f"/definitions/{demo.PROCESS}/versions/first",
        "/forms/nothing/versions",
        "/forms/nothing/versions/1",
        f"/tokens/{NOWHERE}",
        f"/tokens/{NOWHERE}/openings",
        f"/instances/{NOWHERE}",
        f"/instances/{NOWHERE}/timeline",
        f"/instances/{NOWHERE}/tasks",
        "/instances/..%2ftokens",
        f"/stores/{NOWHERE}",
        f"/stores/{NOWHERE}/users?q=x",
        f"/stores/{NOWHERE}/users/{NOWHERE}",
        f"/policies/{NOWHERE}",
        "/policies/' OR 1=1 --",
        "/nowhere",
    ):
        answer = program.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), path


def test_everything_that_is_wrong_with_a_request_is_said_at_once(program: Program) -> None:
    answer = program.post("/tokens", {"version": "1", "limit": 1.5, "parameters": {"a/b~c": []}, "odd": 1})
    wrong = body(answer, 422)
    assert (wrong["type"], wrong["code"]) == ("urn:idflow:problem:request-invalid", "request-invalid")
    pointers = {each["pointer"] for each in wrong["errors"]}
    assert {"/definition", "/version", "/limit", "/odd"} <= pointers
    assert any(each.startswith("/parameters/a~1b~0c") for each in pointers)
    assert wrong["request"] == answer.headers["X-Request-ID"]
    late = body(program.post("/tokens", {"definition": demo.PROCESS, "notAfter": "2020-01-01T00:00:00Z"}), 422)
    assert (late["code"], late["errors"][0]["pointer"]) == ("token-invalid", "/notAfter")


def test_what_is_no_request_is_refused(program: Program) -> None:
    for content, media_type, status, code in (
        (b"{", "application/json", 400, "bad-request"),
        (b'{"definition": "\xff"}', "application/json", 400, "bad-request"),
        (b'{"definition": NaN}', "application/json", 400, "bad-request"),
        (b"", "application/json", 400, "bad-request"),
        (b"definition=x", "application/x-www-form-urlencoded", 415, "media-type-not-supported"),
        (b"[" * 100_000, "application/json", 400, "bad-request"),
        (b'{"definition": ' + b"[" * 500 + b"]" * 500 + b"}", "application/json", 400, "bad-request"),
        (b"x" * (1024 * 1024 + 1), "application/json", 413, "request-too-large"),
    ):
        answer = program.call("POST", "/tokens", data=content, content_type=media_type)
        assert body(answer, status)["code"] == code


def test_other_methods_and_sites_are_refused(program: Program) -> None:
    answer = program.call("PUT", "/tokens")
    assert body(answer, 405)["code"] == "method-not-allowed"
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert body(program.post("/tokens", {}, **{"Sec-Fetch-Site": "cross-site"}), 403)["code"] == "cross-site"


def test_an_unexpected_error_says_nothing_but_a_reference(
    program: Program, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(application.token_office, "search", broken)
    answer = program.get("/tokens")
    wrong = body(answer, 500)
    assert wrong["code"] == "unexpected"
    assert len(wrong["reference"]) == 8
    assert "secret" not in answer.text


def test_variables_are_no_deeper_than_we_read(program: Program) -> None:
    deep: Any = {"a": 1}
    for _ in range(40):
        deep = {"a": deep}
    wrong = body(program.post("/instances", {"definition": demo.PROCESS, "variables": deep}), 422)
    assert wrong["errors"][0]["pointer"] == "/variables"
    assert "32" in wrong["errors"][0]["detail"]
    assert MASK not in orjson.dumps(wrong).decode()
