"""Versions of a form: which one a process shows, going back, comparing."""

from secrets import token_bytes

import orjson
import pytest

import bpmn
from engine import demo
from engine.application import Application
from engine.deployment import File
from tests.webui.backoffice.conftest import Operator, form

PATH = "/backoffice/forms/ShowCurrentTOTP"


@pytest.fixture
def journey(operator: Operator, application: Application) -> Operator:
    demo.install(application, bpmn.journeys())
    return operator


def shown(application: Application) -> str:
    """Return what a new task of the journey shows."""
    binding = token_bytes(32)
    instance_id = application.journeys.start(demo.PROCESS, {"externalId": demo.USER}, binding)
    task = application.journeys.step(instance_id, binding).task
    assert task is not None
    title: str = orjson.loads(task.form.content)["title"]
    return title


def changed(content: str, title: str) -> str:
    return content.replace('"title": "Add your authenticator to another device"', f'"title": "{title}"')


def test_a_process_shows_the_version_that_was_deployed_last(journey: Operator, application: Application) -> None:
    first = shown(application)
    content = journey.data("ShowCurrentTOTP")["content"]
    assert journey.save("ShowCurrentTOTP", changed(content, "Draft"), 0).status_code == 200
    assert shown(application) == first
    assert journey.save_version("ShowCurrentTOTP", changed(content, "Second"), 1).status_code == 201
    assert shown(application) == first
    assert journey.save_version("ShowCurrentTOTP", changed(content, "Third"), 2, deploy=True).status_code == 201
    assert shown(application) == "Third"
    for version, title in (("2", "Second"), ("1", first), ("3", "Third"), ("1", first)):
        deployed = journey.post(f"{PATH}/deploy", version=version)
        assert deployed.location == f"{PATH}/versions?done=deployed"
        assert shown(application) == title
        page = journey.get(f"{PATH}/versions")
        assert f"New tasks use version {version}." in page.text
        assert page.text.count("In use") == 1


def test_a_form_that_was_only_saved_is_none_for_a_process(operator: Operator, application: Application) -> None:
    operator.post("/backoffice/forms", name="ShowCurrentTOTP", title="Only saved")
    operator.save_version("ShowCurrentTOTP", form("ShowCurrentTOTP"), 1)
    process = File.at(bpmn.FOLDER / demo.PROCESS / "get_current_totp.bpmn")
    assert [each.code for each in application.check([process])] == ["bpmn.unknown-form"]
    operator.post(f"{PATH}/deploy", version="1")
    assert application.check([process]) == ()


def test_a_version_goes_back_into_the_draft(operator: Operator) -> None:
    operator.post("/backoffice/forms", name="Welcome", title="Welcome")
    operator.save_version("Welcome", form("Welcome", "First"), 1)
    operator.save("Welcome", form("Welcome", "Second"), 2)
    stale = operator.post("/backoffice/forms/Welcome/restore", version="1", revision="2")
    assert stale.status_code == 409
    assert "Somebody was faster" in stale.text
    restored = operator.post("/backoffice/forms/Welcome/restore", version="1", revision="3")
    assert restored.location == "/backoffice/forms/Welcome/versions?done=restored"
    data = operator.data("Welcome")
    assert (data["content"], data["revision"]) == (form("Welcome", "First"), 4)
    assert operator.post("/backoffice/forms/Welcome/restore", version="7", revision="4").status_code == 404
    assert operator.post("/backoffice/forms/Welcome/deploy", version="x").status_code == 404


def test_versions_are_compared_element_by_element(operator: Operator) -> None:
    operator.post("/backoffice/forms", name="Welcome", title="Welcome")
    field = {"type": "textfield", "id": "codeField", "key": "code", "label": "Code"}
    operator.save_version("Welcome", form("Welcome", "First", field), 1)
    operator.save("Welcome", form("Welcome", "Second", {**field, "label": "Your code"}), 2)
    page = operator.get("/backoffice/forms/Welcome/versions?old=1&new=draft")
    assert "From version 1 to the draft: 3 differences." in page.text
    assert "<del>Code</del>" in page.text
    assert "<ins>Your code</ins>" in page.text
    assert "nothing is different" in operator.get("/backoffice/forms/Welcome/versions?old=1&new=1").text
    operator.save("Welcome", "{", 3)
    assert "no JSON object" in operator.get("/backoffice/forms/Welcome/versions?old=1&new=draft").text
    for query in ("old=9&new=draft", "old=x&new=1", "old=1"):
        page = operator.get(f"/backoffice/forms/Welcome/versions?{query}")
        assert page.status_code == 200
        assert "differences" not in page.text


def test_a_form_without_versions_has_a_page_too(operator: Operator) -> None:
    operator.post("/backoffice/forms", name="Welcome", title="Welcome")
    assert "No version was saved yet" in operator.get("/backoffice/forms/Welcome/versions").text
    assert operator.get("/backoffice/forms/Nothing/versions").status_code == 404
