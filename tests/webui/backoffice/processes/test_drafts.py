"""What the designer calls to keep a draft, whatever is in it."""

from typing import Any

from engine.application import Application
from engine.saved_states import KEPT
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, process
from tests.webui.backoffice.processes.drafts import CHANGES, TASK, codes, deployed


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


def test_an_id_that_was_changed_is_told_and_can_be_changed_back(welcome: Operator) -> None:
    saved = welcome.save_process("welcome", process("other"), 1)
    assert saved.json is not None
    (problem,) = saved.json["problems"]
    assert (problem["code"], problem["element"]) == ("process.other-name", "other")
    assert "'other'" in problem["message"]
    assert "'welcome'" in problem["remedy"]
    assert codes(welcome.save_process("welcome", process(), 2)) == []


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
