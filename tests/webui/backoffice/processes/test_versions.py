"""Versions and saved states of a process: looked at, gone back to, compared."""

import orjson
from flask import Flask

from tests.webui.backoffice.conftest import DATA, Operator, process
from tests.webui.backoffice.processes.making import PATH, make


def test_a_version_is_looked_at_and_goes_back_into_the_draft(operator: Operator) -> None:
    make(operator, "Welcome")
    operator.keep_process("welcome", process(name="One"), 1, deploy=True)
    operator.keep_process("welcome", process(name="Two"), 2)
    operator.save_process("welcome", process(name="Three"), 3)
    page = operator.get(f"{PATH}/welcome/versions/1")
    found = DATA.search(page.text)
    assert found
    assert orjson.loads(found[1]) == {"mode": "view", "content": process(name="One")}
    stale = operator.post(f"{PATH}/welcome/restore", which="1", revision="3")
    assert (stale.status_code, "Somebody was faster" in stale.text) == (409, True)
    for which, revision, name in (("1", "4", "One"), ("saved-3", "5", "Two")):
        restored = operator.post(f"{PATH}/welcome/restore", which=which, revision=revision)
        assert restored.location == f"{PATH}/welcome/versions?done=restored"
        assert operator.process("welcome")["name"] == name
    for which in ("7", "saved-7", "", "draft2", "-1", "²"):
        assert operator.post(f"{PATH}/welcome/restore", which=which, revision="6").status_code == 404
    assert operator.get(f"{PATH}/welcome/export?version=1").data.decode() == process(name="One")
    assert operator.get(f"{PATH}/welcome/export?version=2").status_code == 404
    assert operator.get(f"{PATH}/welcome/versions/2").status_code == 404


def test_versions_and_states_are_compared_without_a_script(operator: Operator, app: Flask) -> None:
    make(operator, "Welcome")
    operator.keep_process("welcome", process(name="One"), 1, deploy=True)
    operator.keep_process("welcome", process(name="Two", tags="new"), 2)
    moved = process(name="Two", tags="new").replace("<bpmn:startEvent", '<bpmn:task id="more" /><bpmn:startEvent')
    operator.save_process("welcome", moved, 3)
    page = operator.get(f"{PATH}/welcome/versions?old=1&new=draft")
    assert "From version 1 to the draft: 2 differences." in page.text
    assert "<del>One</del>" in page.text
    assert "<ins>new</ins>" in page.text
    assert "property.tags" in page.text
    assert (
        "From saved state 3 to the draft: 1 difference."
        in operator.get(f"{PATH}/welcome/versions?old=saved-3&new=draft").text
    )
    assert "nothing is different" in operator.get(f"{PATH}/welcome/versions?old=1&new=1").text
    app.jinja_env.globals |= {"has_bundle": lambda _: True, "bundle": lambda name: f"/static/dist/x-{name}"}
    found = DATA.search(operator.get(f"{PATH}/welcome/versions?old=1&new=draft").text)
    assert found
    data = orjson.loads(found[1])
    assert set(data) == {"mode", "old", "new", "changes"}
    assert (data["mode"], data["new"]) == ("compare", {"name": "the draft", "content": moved})
    operator.save_process("welcome", "{", 4)
    assert "no BPMN that can be read" in operator.get(f"{PATH}/welcome/versions?old=1&new=draft").text
    for query in ("old=9&new=draft", "old=x&new=1", "old=1", "old=saved-9&new=1"):
        page = operator.get(f"{PATH}/welcome/versions?{query}")
        assert page.status_code == 200
        assert "difference" not in page.text
