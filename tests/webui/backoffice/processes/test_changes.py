"""What the designer calls to compare texts, and to see which versions run."""

from secrets import token_bytes

import bpmn
from engine import demo
from engine.application import Application
from tests.webui.backoffice.conftest import Operator, process
from tests.webui.backoffice.processes.drafts import CHANGES


def test_two_texts_are_compared(welcome: Operator, application: Application) -> None:
    first = welcome.get(CHANGES).json
    assert first is not None
    assert first["old"] == {"name": "nothing", "content": ""}
    assert [(each["kind"], each["element"]) for each in first["changes"]] == [("added", "welcome")]
    welcome.keep_process("welcome", process(name="One"), 1, deploy=True)
    welcome.keep_process("welcome", process(name="Two"), 2)
    welcome.save_process("welcome", process(name="Three"), 3)
    for _ in range(2):
        application.journeys.start("welcome", {}, token_bytes(32))
    changes = welcome.get(CHANGES).json
    assert changes is not None
    assert (changes["old"]["name"], changes["new"]["name"]) == ("version 1", "the draft")
    assert changes["new"]["content"] == process(name="Three")
    assert changes["changes"] == [
        {
            "kind": "changed",
            "element": "welcome",
            "type": "bpmn:Process",
            "name": "Three",
            "moved": False,
            "properties": [{"path": "name", "old": "One", "new": "Three"}],
        }
    ]
    assert changes["readable"] is True
    state = welcome.get(f"{CHANGES}?old=saved-3&new=1").json
    assert state is not None
    assert state["changes"][0]["properties"] == [{"path": "name", "old": "Two", "new": "One"}]
    for wrong in ("old=9", "old=x", "new=saved-9", "new=../../etc", "old=%00", "new=1e9", "old=²"):
        assert welcome.get(f"{CHANGES}?{wrong}").status_code == 404


def test_what_runs_is_counted_for_each_version(operator: Operator, application: Application) -> None:
    demo.install(application, bpmn.journeys())
    data = operator.process(demo.PROCESS)
    for count in (2, 1):
        for _ in range(count):
            application.journeys.start(demo.PROCESS, {"externalId": demo.USER}, token_bytes(32))
        application.operations.cancel(
            application.journeys.start(demo.PROCESS, {"externalId": demo.USER}, token_bytes(32))
        )
        text = data["content"].replace("Get TOTP", f"Get TOTP {count}")
        revision = operator.process(demo.PROCESS)["revision"]
        assert operator.keep_process(demo.PROCESS, text, revision, deploy=True).status_code == 201
    changes = operator.get(f"/backoffice/api/processes/{demo.PROCESS}/changes").json
    assert changes is not None
    assert changes["running"] == [{"version": 2, "count": 1}, {"version": 1, "count": 2}]
