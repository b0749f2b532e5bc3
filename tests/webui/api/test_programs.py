"""Programs start instances and fill in forms, and never see a secret."""

import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask import Flask

from engine import demo
from engine.application import Application
from engine.deployment import File
from engine.instances import OtherBrowser
from engine.variables import MASK
from forms.blank import blank
from tests.conftest import ManualClock
from tests.webui.api.conftest import Program, audited
from tests.webui.backoffice.conftest import process
from tests.webui.conftest import Person

NEW = {"definition": demo.PROCESS, "variables": {"externalId": demo.USER}}
KEYED = re.compile(r"[A-Z2-7]{32}")


@pytest.fixture
def asking(application: Application) -> str:
    """A process that asks for a number, up to twice; return its key."""
    document = orjson.loads(blank("Age", "Age"))
    document["components"] += [
        {"type": "number", "id": "age", "key": "age", "label": "Age", "validate": {"required": True, "max": 150}},
        {"type": "checkbox", "id": "more", "key": "more", "label": "More"},
        {"type": "button", "id": "done", "label": "Done", "action": "submit"},
    ]
    steps = """
      <bpmn:userTask id="ask" name="Ask"><bpmn:extensionElements><zeebe:userTask />
        <zeebe:formDefinition formId="Age" /><zeebe:properties>
        <zeebe:property name="formDataKey" value="person" /><zeebe:property name="maxAttempts" value="2" />
        </zeebe:properties></bpmn:extensionElements></bpmn:userTask>
      <bpmn:sequenceFlow id="in" sourceRef="start" targetRef="ask" />
      <bpmn:sequenceFlow id="out" sourceRef="ask" targetRef="end" />"""
    files = [File("age.bpmn", process("age", "Age", steps=steps).encode()), File("Age.form", orjson.dumps(document))]
    application.deploy(files)
    return "age"


def started(program: Program, body: dict[str, Any]) -> dict[str, Any]:
    answer = program.post("/instances", body)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    return dict(answer.json)


def only_task(program: Program, instance_id: str) -> dict[str, Any]:
    found = program.get(f"/instances/{instance_id}/tasks").json
    assert found is not None
    (task,) = found["items"]
    return dict(task)


def test_a_program_starts_a_process_and_hands_it_to_the_first_browser_that_opens_the_link(
    app: Flask, program: Program, application: Application
) -> None:
    answer = program.post("/instances", NEW)
    assert answer.status_code == 201, answer.text
    made = answer.json
    assert made is not None
    assert answer.headers["Location"] == f"/api/v1/instances/{made['id']}"
    link = made["link"].rpartition("/")[2]
    assert link.encode() not in application.settings.database.read_bytes()
    person, late = Person(app, link), Person(app, link)
    waiting = late.open()
    page = person.begin()
    assert made["id"] in page.request.path
    # The end user's page, and no other, shows the secret.
    key = KEYED.search(page.text)
    assert key
    for path in ("", "/tasks", "/timeline"):
        assert key[0] not in program.get(f"/instances/{made['id']}{path}").text
    assert key[0] not in program.post(f"/instances/{made['id']}/export", {}).text
    assert MASK in program.get(f"/instances/{made['id']}").text
    # The link is used up; in the browser that has the instance it leads back to it.
    assert late.send(waiting).status_code == 410
    assert late.open().status_code == 410
    assert person.open().status_code == 200
    started_by, handed = audited(application, "instance_started", "instance_handed_over")
    assert (started_by["by"], started_by["key"]) == ("administrator", "CI")
    assert handed == {}


def test_sending_the_landing_page_twice_is_the_same_begin(app: Flask, program: Program) -> None:
    person = Person(app, started(program, NEW)["link"].rpartition("/")[2])
    page = person.open()
    assert person.send(page).location == person.send(page).location


def test_a_program_fills_in_a_form_that_no_browser_has(program: Program, application: Application, asking: str) -> None:
    made = started(program, {"definition": asking})
    task = only_task(program, made["id"])
    assert (task["submittable"], task["attempts"], task["maxAttempts"], task["form"]) == (True, 0, 2, "Age")
    assert task["document"]["id"] == "Age"
    path = f"/instances/{made['id']}/tasks/{task['id']}/submit"
    refused = program.post(path, {"answers": {"age": 1000}})
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["code"] == "answers-refused"
    assert list(refused.json["values"]) == ["age"]
    assert only_task(program, made["id"])["attempts"] == 1
    done = program.post(path, {"answers": {"age": 42, "more": True}})
    assert done.json == {"instance": made["id"], "status": "COMPLETED", "element": "end"}
    shown = program.get(f"/instances/{made['id']}").json
    assert shown is not None
    assert shown["variables"]["_customFormData"] == {"person": {"age": 42, "more": True}}
    assert program.post(path, {"answers": {"age": 42}}).status_code == 409
    said = audited(application, "task_submitted")
    assert [each["taken"] for each in said] == [False, True]
    assert {(each["by"], each["key"]) for each in said} == {("administrator", "CI")}


def test_a_refused_answer_that_is_repeated_counts_once(program: Program, asking: str) -> None:
    made = started(program, {"definition": asking})
    path = f"/instances/{made['id']}/tasks/{only_task(program, made['id'])['id']}/submit"
    for _ in range(3):
        assert program.post(path, {"answers": {}}, **{"Idempotency-Key": "one"}).status_code == 422
    assert only_task(program, made["id"])["attempts"] == 1


def test_the_last_attempt_ends_as_it_does_for_everybody(program: Program, asking: str) -> None:
    made = started(program, {"definition": asking})
    path = f"/instances/{made['id']}/tasks/{only_task(program, made['id'])['id']}/submit"
    assert program.post(path, {"answers": {}}).status_code == 422
    last = program.post(path, {"answers": {}})
    assert last.json is not None
    assert last.json["status"] == "INCIDENT"


def test_a_program_does_not_fill_in_what_a_browser_has(app: Flask, program: Program, application: Application) -> None:
    made = started(program, NEW)
    Person(app, made["link"].rpartition("/")[2]).begin()
    issued = application.token_office.issue(
        name=None, definition_key=demo.PROCESS, parameters={"externalId": demo.USER}
    )
    begun = application.journeys.begin(issued.link, b"x" * 32)
    for instance_id in (made["id"], begun):
        task = only_task(program, instance_id)
        assert task["submittable"] is False
        refused = program.post(f"/instances/{instance_id}/tasks/{task['id']}/submit", {"answers": {}})
        assert refused.status_code == 410
        assert refused.json is not None
        assert refused.json["code"] == "other-browser"


def test_no_browser_gets_an_instance_without_its_link(application: Application, program: Program) -> None:
    made = started(program, NEW)
    for binding in (b"", b"\0" * 32):
        with pytest.raises(OtherBrowser):
            application.journeys.step(made["id"], binding)


def test_a_program_sets_only_what_it_may(program: Program) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"_customFormData": {}}, "reserved-variable"),
        ({"processvar": 1}, "reserved-variable"),
        ({"a b": 1}, "variable-invalid"),
        ({"a": f"x{MASK}"}, "request-invalid"),
        ({"a": "x" * 300_000}, "variable-invalid"),
    ]
    for variables, code in wrong:
        answer = program.post("/instances", {"definition": demo.PROCESS, "variables": variables})
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["code"] == code


def test_an_instance_of_a_program_expires(
    program: Program, application: Application, clock: ManualClock, asking: str
) -> None:
    made = started(program, {"definition": asking, "maximumDuration": 60})
    task = only_task(program, made["id"])
    clock.advance(timedelta(seconds=60))
    refused = program.post(f"/instances/{made['id']}/tasks/{task['id']}/submit", {"answers": {"age": 1}})
    assert refused.status_code == 410
    application.keep_house()
    assert program.get(f"/instances/{made['id']}").json["status"] == "EXPIRED"  # type: ignore[index]


def test_messages_and_signals_are_sent_and_say_by_whom(program: Program, application: Application) -> None:
    assert program.post("/messages", {"name": "paid", "key": "1", "variables": {"sum": 5}}).status_code == 202
    assert program.post("/signals", {"name": "closed"}).status_code == 202
    said = audited(application, "event_published")
    assert [(each["trigger"], each["name"], each["by"], each["key"]) for each in said] == [
        ("message", "paid", "administrator", "CI"),
        ("signal", "closed", "administrator", "CI"),
    ]
