"""Processes and forms that are deployed."""

import orjson

import bpmn
from engine import demo
from engine.application import Application
from tests.webui.api.conftest import Program
from tests.webui.api.resources.reading import body


def test_files_are_deployed_together_or_not_at_all(program: Program, application: Application) -> None:
    paths = [each for each in sorted((bpmn.FOLDER / demo.PROCESS).iterdir()) if each.suffix in {".bpmn", ".form"}]
    files = [{"name": each.name, "content": each.read_text()} for each in paths]
    assert {each["new"] for each in body(program.post("/deployments", {"files": files}), 201)["deployed"]} == {False}
    changed = [{**each, "content": each["content"].replace("Get Current TOTP", "Show TOTP")} for each in files]
    broken = [
        *changed,
        {"name": "a.bpmn", "content": "<a"},
        {"name": "b.form", "content": "["},
        {"name": "c.exe", "content": ""},
    ]
    refused = body(program.post("/deployments", {"files": broken}), 422)
    assert refused["code"] == "invalid-deployment"
    assert {each["file"] for each in refused["problems"]} == {"a.bpmn", "b.form", "c.exe"}
    assert body(program.get(f"/definitions/{demo.PROCESS}"))["version"] == 1
    checked = body(program.post("/deployments/check", {"files": broken}))
    assert (checked["deployable"], checked["problems"]) == (False, refused["problems"])
    assert body(program.post("/deployments/check", {"files": changed}))["deployable"] is True
    body(program.post("/deployments", {"files": changed}), 201)
    stored = program.get(f"/definitions/{demo.PROCESS}/versions/2/bpmn")
    assert stored.data.decode() == next(each["content"] for each in changed if each["name"].endswith(".bpmn"))
    assert stored.content_type == "application/xml"


def test_forms_are_deployed_and_an_older_version_again(program: Program) -> None:
    form = (bpmn.FOLDER / demo.PROCESS / "ShowCurrentTOTP.form").read_text()
    new = orjson.dumps({**orjson.loads(form), "title": "New"}).decode()
    body(program.post("/forms", {"files": [{"name": "x.form", "content": new}]}), 201)
    wrong = body(program.post("/forms", {"files": [{"name": "x.bpmn", "content": ""}]}), 422)
    assert wrong["problems"][0]["code"] == "deployment.no-form"
    versions = body(program.get("/forms/ShowCurrentTOTP/versions"))["items"]
    assert [each["version"] for each in versions] == [1, 2]
    body(program.post("/forms/ShowCurrentTOTP/versions/1/deploy"))
    listed = next(each for each in body(program.get("/forms"))["items"] if each["name"] == "ShowCurrentTOTP")
    assert (listed["deployed"], listed["newest"]) == (1, 2)
    assert body(program.get("/forms/ShowCurrentTOTP/versions/2"))["document"]["title"] == "New"
