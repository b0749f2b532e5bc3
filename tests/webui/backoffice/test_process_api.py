"""What the designer calls: drafts, saved states, deployments, conflicts, differences."""

from secrets import token_bytes
from typing import Any

import pytest

import bpmn
from engine import demo
from engine.accounts import Permission
from engine.application import Application
from engine.deployment import File
from engine.drafts import MAXIMUM_BYTES
from engine.saved_states import KEPT
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, audited, form, process
from tests.webui.backoffice.test_permissions import role
from webui.bodies import MAXIMUM_FORM_BODY

DRAFT = "/backoffice/api/processes/welcome/draft"
VERSIONS = "/backoffice/api/processes/welcome/versions"
CHANGES = "/backoffice/api/processes/welcome/changes"
TASK = """<bpmn:userTask id="ask" name="Ask"><bpmn:extensionElements><zeebe:userTask />
  <zeebe:formDefinition formId="Nothing" /></bpmn:extensionElements></bpmn:userTask>
  <bpmn:sequenceFlow id="in" sourceRef="start" targetRef="ask" />
  <bpmn:sequenceFlow id="out" sourceRef="ask" targetRef="end" />"""


@pytest.fixture
def welcome(operator: Operator) -> Operator:
    made = operator.post("/backoffice/processes", name="Welcome")
    assert made.location == "/backoffice/processes/welcome"
    return operator


def codes(answer: Any) -> list[str]:
    return [each["code"] for each in answer.json["problems"]]


def deployed(application: Application, key: str = "welcome") -> list[int]:
    return [each.version for each in application.processes.history(key).versions]


def test_a_draft_is_any_text_and_is_told_what_is_wrong_with_it(welcome: Operator, clock: ManualClock) -> None:
    saved = welcome.save_process("welcome", "<a", 1)
    assert (saved.status_code, saved.mimetype) == (200, "application/json")
    assert saved.json is not None
    assert (saved.json["revision"], saved.json["savedAt"]) == (2, clock.now().isoformat())
    assert set(saved.json) == {"revision", "savedAt", "same", "problems", "variables"}
    (problem,) = saved.json["problems"]
    assert set(problem) == {"code", "message", "remedy", "element", "line", "severity", "field"}
    assert (problem["code"], problem["line"]) == ("bpmn.not-xml", 1)
    assert "line 1, column 3" in problem["message"]
    assert welcome.process("welcome")["content"] == "<a"
    assert codes(welcome.save_process("welcome", process(), 2)) == []
    assert codes(welcome.save_process("welcome", process(steps=TASK), 3)) == ["bpmn.unknown-form"]


HOSTILE = [
    "",
    " ",
    "x",
    "\x00",
    "[]",
    "<a/>",
    "</script><!--",
    "ünïcödé 🐈",
    "<a>" * 10_000,
    "<a>" * 10_000 + "</a>" * 10_000,
    process().replace("<?xml", "\ufeff<?xml"),
    process().replace('encoding="UTF-8"', 'encoding="UTF-16"'),
    process().replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>', 1),
    "<!DOCTYPE a [" + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)) + "]><a>&e11;</a>",
    process().replace('id="welcome"', ""),
    process().replace('id="start"', 'id="end"'),
    process().replace("bpmn:process", "bpmn:choreography"),
    process(steps="<bpmn:subProcess>" * 200 + "</bpmn:subProcess>" * 200),
    process(name="x" * 5000, tags=",".join(f"tag{n}" * 30 for n in range(100))),
]


def test_no_text_is_too_strange_for_a_draft(welcome: Operator, application: Application) -> None:
    revision = 1
    for text in HOSTILE:
        saved = welcome.save_process("welcome", text, revision)
        assert saved.status_code == 200, text[:80]
        kept = welcome.keep_process("welcome", text, revision + 1, deploy=True)
        assert kept.status_code in {201, 422}, text[:80]
        data = welcome.process("welcome")
        assert data["content"] == text
        revision = data["revision"]
        assert welcome.get("/backoffice/processes").status_code == 200
        assert welcome.get(CHANGES).status_code == 200
    # A mark at the beginning is no fault, nor what the first line says of the encoding, nor a long name.
    assert deployed(application) == [3, 2, 1]
    newest = application.processes.history("welcome").versions[0]
    assert (len(newest.name), len(newest.tags), len(newest.tags[0])) == (255, 20, 50)


def test_of_two_designers_the_slower_is_shown_what_the_other_saved(welcome: Operator, application: Application) -> None:
    assert welcome.save_process("welcome", "first", 1).status_code == 200
    tries = [
        welcome.save_process("welcome", "second", 1),
        welcome.keep_process("welcome", process(), 1),
        welcome.keep_process("welcome", process(), 1, deploy=True),
    ]
    for conflict in tries:
        assert (conflict.status_code, conflict.mimetype) == (409, "application/problem+json")
        assert conflict.json is not None
        told = {name: conflict.json[name] for name in ("code", "revision", "content", "savedBy")}
        assert told == {"code": "draft-conflict", "revision": 2, "content": "first", "savedBy": "admin"}
        assert conflict.json["savedAt"]
    assert welcome.process("welcome")["content"] == "first"
    assert deployed(application) == []
    assert welcome.save_process("welcome", "second", 2).status_code == 200


def test_saving_keeps_a_state_and_deploys_nothing(
    welcome: Operator, application: Application, clock: ManualClock
) -> None:
    saved = welcome.keep_process("welcome", process(), 1)
    at = clock.now().isoformat()
    assert saved.status_code == 201
    assert saved.json == {"version": None, "deployed": False, "new": True, "revision": 2, "savedAt": at}
    again = welcome.keep_process("welcome", process(), 2)
    assert again.json == {"version": None, "deployed": False, "new": False, "revision": 3, "savedAt": at}
    assert [each.revision for each in application.processes.history("welcome").states] == [2]
    assert welcome.keep_process("welcome", "not even XML", 3).status_code == 201
    assert deployed(application) == []


def test_the_newest_states_are_kept(welcome: Operator, application: Application) -> None:
    library = application.processes
    for revision in range(1, KEPT + 4):
        library.save_state("welcome", b"%d" % revision, seen=revision, by="admin")
    states = library.history("welcome").states
    assert [each.revision for each in states] == list(range(KEPT + 4, 4, -1))
    assert welcome.get(f"{CHANGES}?old=saved-5").status_code == 200
    for gone in ("4", "0", "-1", "x", "", "9" * 30):
        assert welcome.get(f"{CHANGES}?old=saved-{gone}").status_code == 404


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


def test_an_id_that_was_changed_is_told_and_can_be_changed_back(welcome: Operator) -> None:
    saved = welcome.save_process("welcome", process("other"), 1)
    assert saved.json is not None
    (problem,) = saved.json["problems"]
    assert (problem["code"], problem["element"]) == ("process.other-name", "other")
    assert "'other'" in problem["message"]
    assert "'welcome'" in problem["remedy"]
    assert codes(welcome.save_process("welcome", process(), 2)) == []


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


def test_who_may_edit_may_not_deploy(
    welcome: Operator, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    with role(monkeypatch, Permission.PROCESSES_VIEW, Permission.PROCESSES_EDIT):
        assert welcome.keep_process("welcome", process(), 1, deploy=True).status_code == 403
        assert welcome.keep_process("welcome", process(), 1).status_code == 201
        assert welcome.process("welcome")["may"] == {"deploy": False, "createToken": False, "sandbox": False}
    assert deployed(application) == []


def test_only_json_with_a_token_from_this_site_is_taken(welcome: Operator) -> None:
    body = {"content": "x", "revision": 1}
    for method, path in (("PUT", DRAFT), ("POST", VERSIONS)):
        assert welcome.call(method, path, body, **{"X-CSRFToken": ""}).status_code == 400
        assert welcome.call(method, path, body, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert welcome.call(method, path, body, **{"Content-Type": "text/plain"}).status_code == 415
        for wrong in (b"", b"{", b'{"content": 1, "revision": 1}', b'{"content": "\\ud800", "revision": 1}'):
            assert welcome.call(method, path, wrong).status_code == 400
    assert welcome.process("welcome")["revision"] == 1


def test_a_draft_that_is_too_large_is_refused(welcome: Operator) -> None:
    large = "x" * (MAXIMUM_BYTES + 1)
    for answer in (
        welcome.save_process("welcome", large, 1),
        welcome.keep_process("welcome", large, 1),
        welcome.keep_process("welcome", large, 1, deploy=True),
        welcome.save_process("welcome", "x" * MAXIMUM_FORM_BODY, 1),
    ):
        assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert welcome.process("welcome")["revision"] == 1


@pytest.mark.parametrize("key", ["nothing", "..", "%2e%2e", "a%00b", "x" * 3000, "%F0%9F%90%88", "' OR 1=1 --"])
def test_there_is_no_process_with_another_key(welcome: Operator, key: str) -> None:
    for answer in (
        welcome.save_process(key, "x", 0),
        welcome.keep_process(key, process(), 0, deploy=True),
        welcome.get(f"/backoffice/api/processes/{key}/changes"),
        welcome.get(f"/backoffice/api/processes/{key}/versions/1"),
        welcome.get(f"/backoffice/processes/{key}/export"),
    ):
        assert answer.status_code == 404, answer.request.path


def test_what_was_made_after_the_page_was_opened_can_be_asked_for(welcome: Operator, application: Application) -> None:
    def choices() -> Any:
        return welcome.get("/backoffice/api/processes/welcome/choices").json

    assert choices() == {"revision": 1, "choices": welcome.process("welcome")["choices"]}
    with application.database.write() as session:
        application.identity.create_store(session, "partners")
    welcome.save_process("welcome", process(), 1)
    now = choices()
    assert now["revision"] == 2
    assert now["choices"]["identity-store"] == [{"value": "partners", "label": "partners"}]
    assert welcome.get("/backoffice/api/processes/nowhere/choices").status_code == 404


def test_a_draft_says_whether_it_is_what_is_deployed(welcome: Operator) -> None:
    def same(content: str, revision: int) -> bool:
        saved = welcome.save_process("welcome", content, revision).json
        assert saved is not None
        found: bool = saved["same"]
        return found

    assert not same(process(), 1)
    assert welcome.keep_process("welcome", process(), 2, deploy=True).status_code == 201
    assert welcome.process("welcome")["deployed"] == {"version": 1, "same": True}
    assert not same(process(name="Changed"), 3)
    assert welcome.process("welcome")["deployed"] == {"version": 1, "same": False}
    assert same(process(), 4)
