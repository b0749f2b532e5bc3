"""What the designer calls to deploy a draft."""

from secrets import token_bytes

import pytest

from engine.accounts import Permission
from engine.application import Application
from engine.deployment import File
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, audited, form, process
from tests.webui.backoffice.processes.drafts import TASK, VERSIONS, codes, deployed
from tests.webui.backoffice.test_permissions import role


def test_deploying_makes_a_version_and_says_who_did_it(
    welcome: Operator, application: Application, clock: ManualClock
) -> None:
    answer = welcome.keep_process("welcome", process(tags=" b,a ,, b"), 1, deploy=True)
    at = clock.now().isoformat()
    assert answer.status_code == 201
    assert answer.json == {"version": 1, "deployed": True, "new": True, "revision": 2, "savedAt": at}
    (version,) = application.processes.history("welcome").versions
    assert (version.deployed_by, version.tags, version.name) == ("admin", ("b", "a"), "Welcome")
    ((_, detail),) = audited(application, "definition_deployed")
    assert (detail["key"], detail["version"], detail["by"]) == ("welcome", 1, "admin")
    assert welcome.get(f"{VERSIONS}/1").json == {
        "version": 1,
        "content": process(tags=" b,a ,, b"),
        "deployedAt": at,
        "deployedBy": "admin",
    }
    for missing in ("2", "0", "99999999999999999999"):
        assert welcome.get(f"{VERSIONS}/{missing}").status_code == 404
    instance = application.journeys.start("welcome", {}, token_bytes(32))
    assert application.views.show(instance).record.version == 1


def test_what_is_deployed_already_is_no_new_version(welcome: Operator, application: Application) -> None:
    welcome.keep_process("welcome", process(), 1, deploy=True)
    again = welcome.keep_process("welcome", process(), 2, deploy=True)
    assert again.json is not None
    assert (again.json["version"], again.json["deployed"], again.json["new"]) == (1, True, False)
    saved = welcome.keep_process("welcome", process(), 3)
    assert saved.json is not None
    assert (saved.json["version"], saved.json["deployed"]) == (1, True)
    assert deployed(application) == [1]


def test_nothing_with_errors_is_deployed(welcome: Operator, application: Application) -> None:
    for text, code in (
        (process(steps=TASK), "bpmn.unknown-form"),
        (process("other"), "process.other-name"),
        ("", "bpmn.not-xml"),
        (process().replace('isExecutable="true"', 'isExecutable="true" id2=""').replace("end", "start"), None),
    ):
        refused = welcome.keep_process("welcome", text, 1, deploy=True)
        assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
        assert refused.json is not None
        assert refused.json["code"] == "process-refused"
        assert code is None or code in codes(refused)
        assert "field" in refused.json["problems"][0]
    assert deployed(application) == []
    assert welcome.process("welcome")["revision"] == 1
    application.deploy([File("Nothing.form", form("Nothing").encode())])
    assert welcome.keep_process("welcome", process(steps=TASK), 1, deploy=True).status_code == 201


def test_a_file_with_two_processes_deploys_both(welcome: Operator, application: Application) -> None:
    second = '<bpmn:process id="second" isExecutable="{}"><bpmn:startEvent id="s" /></bpmn:process>'
    text = process().replace("<bpmndi:BPMNDiagram", second.format("true") + "<bpmndi:BPMNDiagram", 1)
    assert codes(welcome.save_process("welcome", text, 1)) == ["process.others"]
    assert welcome.keep_process("welcome", text, 2, deploy=True).status_code == 201
    assert (deployed(application), deployed(application, "second")) == ([1], [1])
    assert welcome.process("second")["content"] == text
    drawn_only = text.replace('id="welcome" name="Welcome" isExecutable="true"', 'id="welcome"')
    refused = welcome.keep_process("welcome", drawn_only, 3, deploy=True)
    assert refused.status_code == 422
    assert "process.other-name" in codes(refused)


def test_who_may_edit_may_not_deploy(
    welcome: Operator, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    with role(monkeypatch, Permission.PROCESSES_VIEW, Permission.PROCESSES_EDIT):
        assert welcome.keep_process("welcome", process(), 1, deploy=True).status_code == 403
        assert welcome.keep_process("welcome", process(), 1).status_code == 201
        assert welcome.process("welcome")["may"] == {"deploy": False, "createToken": False, "sandbox": False}
    assert deployed(application) == []
