"""Who repeats a request under the same key has it done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from flask import Flask

from engine import demo
from engine.accounts import Permission
from engine.application import Application
from engine.replies import KEPT_FOR, WORKING
from engine.store.models import ProcessToken, Reply
from tests.conftest import ManualClock
from tests.webui.api.conftest import Program

NEW = {"definition": demo.PROCESS, "parameters": {"externalId": demo.USER}}
KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


def tokens(application: Application) -> int:
    with application.database.read() as session:
        return session.query(ProcessToken).count()


def test_a_repeated_request_is_done_once_and_answered_alike(program: Program, application: Application) -> None:
    before = tokens(application)
    first, again = program.post("/tokens", NEW, **KEY), program.post("/tokens", NEW, **KEY)
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    # With or without the quotes of RFC 9651, it is the same key.
    assert program.post("/tokens", NEW, **{"Idempotency-Key": KEY["Idempotency-Key"].strip('"')}).data == first.data
    assert tokens(application) == before + 1


def test_a_link_is_not_kept_in_the_clear(program: Program, application: Application) -> None:
    made = program.post("/tokens", NEW, **KEY).json
    assert made is not None
    with application.database.read() as session:
        row = session.query(Reply).one()
        link = made["link"].rpartition("/")[2].encode()
        assert row.content
        assert link not in row.content
        assert KEY["Idempotency-Key"].strip('"') not in row.id
    assert link not in application.settings.database.read_bytes()


def test_the_same_key_for_another_request_is_refused(program: Program, application: Application) -> None:
    program.post("/tokens", NEW, **KEY)
    before = tokens(application)
    for answer in (
        program.post("/tokens", {**NEW, "limit": 2}, **KEY),
        program.post("/instances", {"definition": demo.PROCESS}, **KEY),
    ):
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["code"] == "idempotency-key-reused"
    assert tokens(application) == before


def test_the_key_of_another_program_is_another_key(program: Program, app: Flask, make_key: Any) -> None:
    other = Program(app, make_key(name="other"))
    first, second = program.post("/tokens", NEW, **KEY).json, other.post("/tokens", NEW, **KEY).json
    assert first is not None
    assert second is not None
    assert first["id"] != second["id"]


def test_of_two_at_once_one_is_done(app: Flask, program: Program, application: Application) -> None:
    before, both = tokens(application), Barrier(2)

    def send(_: int) -> int:
        other = Program(app, "")
        other.headers = program.headers
        both.wait()
        return other.post("/tokens", NEW, **KEY).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(send, range(2)))
    assert answers in ([201, 201], [201, 409])
    assert tokens(application) == before + 1


def test_one_that_is_still_worked_on_is_not_begun_again(
    app: Flask, program: Program, application: Application, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = Event(), Event()
    issue = application.token_office.issue

    def slowly(**options: Any) -> Any:
        begun.set()
        go_on.wait(60)
        return issue(**options)

    monkeypatch.setattr(application.token_office, "issue", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(program.post, "/tokens", NEW, **KEY)
        begun.wait(60)
        other = Program(app, "")
        other.headers = program.headers
        meanwhile = other.post("/tokens", NEW, **KEY)
        clock.advance(WORKING)
        later = other.post("/tokens", NEW, **KEY)
        go_on.set()
        assert first.result().status_code == 201
    assert (meanwhile.status_code, meanwhile.headers["Retry-After"]) == (409, "1")
    assert meanwhile.json is not None
    assert meanwhile.json["code"] == "idempotency-still-working"
    assert later.json is not None
    assert later.json["code"] == "idempotency-outcome-unknown"


def test_what_was_refused_can_be_sent_again(program: Program, application: Application) -> None:
    before = tokens(application)
    assert program.post("/tokens", {**NEW, "limit": 0}, **KEY).status_code == 422
    assert program.post("/tokens", NEW, **KEY).status_code == 201
    assert tokens(application) == before + 1


def test_what_was_not_permitted_can_be_sent_again(app: Flask, make_key: Any) -> None:
    program = Program(app, make_key(Permission.PROCESSES_DEPLOY))
    body = {"files": [{"name": "a.form", "content": "{}"}]}
    for _ in range(2):
        assert program.post("/deployments", body, **KEY).status_code == 403


def test_what_broke_is_not_done_twice(
    program: Program, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(application.token_office, "issue", broken)
        assert program.post("/tokens", NEW, **KEY).status_code == 500
    again = program.post("/tokens", NEW, **KEY)
    assert again.status_code == 409
    assert again.json is not None
    assert again.json["code"] == "idempotency-outcome-unknown"


def test_an_answer_is_kept_for_a_day(program: Program, application: Application, clock: ManualClock) -> None:
    first = program.post("/tokens", NEW, **KEY)
    clock.advance(KEPT_FOR - timedelta(seconds=1))
    application.keep_house()
    assert program.post("/tokens", NEW, **KEY).data == first.data
    clock.advance(timedelta(seconds=1))
    assert program.post("/tokens", NEW, **KEY).data != first.data
    clock.advance(KEPT_FOR)
    application.keep_house()
    with application.database.read() as session:
        assert session.query(Reply).count() == 0


def test_a_key_that_is_none_is_refused(program: Program) -> None:
    for key in ("", '""', "x" * 256, "a b", "ä"):
        answer = program.post("/tokens", NEW, **{"Idempotency-Key": key.encode().decode("latin-1")})
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["errors"][0]["parameter"] == "Idempotency-Key"
