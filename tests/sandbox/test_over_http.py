"""What the designer calls, and the page in its frame."""

import re
from typing import Any

import orjson
import pytest
from werkzeug.test import TestResponse

import bpmn
from engine import journey_test
from engine.deployment import File
from engine.journey_test import Submit
from engine.sandbox import contents, recording
from engine.throwaway import NEWCOMER
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.journeys.conftest import scanned_from
from tests.sandbox.conftest import Installed, diagram
from tests.webui.backoffice.conftest import Operator
from tests.webui.conftest import hidden

API = "/backoffice/api/sandboxes"


class Designer:
    """Somebody who tries a draft."""

    def __init__(self, operator: Operator, key: str, **variables: Any) -> None:
        self.operator = operator
        body = {"key": key, "content": diagram(key), "variables": variables}
        created = operator.call("POST", API, body)
        assert created.status_code == 201, created.text
        self.state: dict[str, Any] = created.json or {}

    def call(self, what: str, body: Any = None) -> TestResponse:
        answer = self.operator.call("POST", f"{API}/{self.state['id']}/{what}", {} if body is None else body)
        self.state = answer.json or {} if answer.status_code == 200 else self.state
        return answer

    def look(self) -> dict[str, Any]:
        self.state = self.operator.get(f"{API}/{self.state['id']}").json or {}
        return self.state

    @property
    def page(self) -> TestResponse:
        return self.operator.get(self.state["page"])

    def fill_in(self, page: TestResponse, **answers: str) -> TestResponse:
        return self.operator.post(self.state["page"], **{**hidden(page), **answers})

    @property
    def test(self) -> str:
        found = self.operator.get(f"{API}/{self.state['id']}/test")
        assert found.status_code == 200, found.text
        assert found.headers["Content-Disposition"].endswith('.journeytest.yaml"')
        return found.text


@pytest.fixture
def operator(installed: Installed, browsers: tuple[Operator, Operator]) -> Operator:
    # Both are signed in before the database is looked at for the first time.
    return browsers[0]


@pytest.fixture
def stranger(installed: Installed, browsers: tuple[Operator, Operator]) -> Operator:
    return browsers[1]


def run(test: str, key: str, change: Any = str) -> journey_test.Outcome:
    files = [File(f"{key}.bpmn", change(diagram(key)).encode()), *_forms(key)]
    document = journey_test.read(test.encode(), "saved")
    return journey_test.run(document, files, activities=ACTIVITIES, forms=FormJs())


def _forms(key: str) -> list[File]:
    return [File.at(path) for path in sorted((bpmn.FOLDER / key).glob("*.form"))]


def test_a_draft_is_tried_from_its_start_to_its_end(operator: Operator) -> None:
    designer = Designer(operator, "totp_registration", externalId=NEWCOMER)
    state = designer.state
    assert {each["element"] for each in state["tokens"]} == {"register", "register_too_late"}
    assert (state["status"], state["revision"], state["passed"][0]) == ("ACTIVE", 1, "start")
    assert {"element": "start", "name": "Start", "what": "completed"}.items() <= state["timeline"][1].items()
    page = designer.page
    assert page.status_code == 200
    assert scanned_from(page.text).startswith("otpauth://totp/")
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    wrong = designer.fill_in(page, code="12")
    assert (wrong.status_code, "There is a problem" in wrong.text) == (422, True)
    (code,) = (each["code"] for each in state["codes"] if each["pending"])
    gone_on = designer.fill_in(page, code=code)
    assert (gone_on.status_code, gone_on.location) == (303, state["page"])
    assert designer.fill_in(page, code=code).status_code == 409
    assert "recovery codes" in designer.page.text
    assert designer.look()["passed"][-1] == "generate_codes"
    designer.fill_in(designer.page)
    assert "Your authenticator is set up" in designer.page.text
    assert designer.look()["end"]["name"] == "Your authenticator is set up"


def test_it_waits_without_looking_again_by_itself(operator: Operator) -> None:
    designer = Designer(operator, "totp_registration", externalId=NEWCOMER)
    designer.call("results", {"element": "generate_codes", "result": {"kind": "failure", "message": "Broken."}})
    (code,) = (each["code"] for each in designer.state["codes"] if each["pending"])
    designer.fill_in(designer.page, code=code)
    page = designer.page
    assert page.status_code == 503
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "Refresh" not in page.headers
    assert designer.look()["incident"] == {"element": "generate_codes", "code": "set-to-fail", "message": "Broken."}


def test_the_clock_results_messages_and_restart_are_one_call_each(operator: Operator) -> None:
    designer = Designer(operator, "totp_registration", externalId=NEWCOMER)
    assert designer.call("clock", {"seconds": 60}).status_code == 200
    assert designer.state["revision"] == 2
    assert designer.call("clock", {"next": True}).status_code == 200
    assert "start_again" in {each["element"] for each in designer.state["tokens"]}
    assert designer.call("message", {"name": "Nobody waits", "key": "", "variables": {"a": 1}}).status_code == 200
    error = {"kind": "error", "code": "UserNotFound", "message": ""}
    assert designer.call("results", {"element": "get_user", "result": error}).status_code == 200
    assert designer.state["results"] == {"get_user": error}
    assert designer.call("restart").status_code == 200
    assert (designer.state["status"], designer.state["passed"][-1]) == ("DECLINED", "get_user_ends_UserNotFound")
    assert designer.call("results", {"element": "get_user", "result": None}).status_code == 200
    assert designer.call("restart", {"content": diagram("totp_registration"), "variables": {}}).status_code == 200
    assert designer.state["passed"][-1] == "start_registration_ends_TotpAlreadyRegistered"
    assert designer.call("retry").status_code == 422
    assert operator.call("DELETE", f"{API}/{designer.state['id']}").status_code == 204
    assert operator.get(f"{API}/{designer.state['id']}").status_code == 404


def test_what_makes_no_sense_is_a_bad_request(operator: Operator) -> None:
    sandbox = Designer(operator, "get_current_totp")
    for what, body in (
        ("clock", {}),
        ("clock", []),
        ("clock", {"seconds": "1"}),
        ("clock", {"seconds": True}),
        ("clock", {"seconds": 1e300}),
        ("results", {"result": None}),
        ("message", {"name": 1}),
        ("restart", {"content": 1}),
        ("restart", {"variables": []}),
    ):
        assert sandbox.call(what, body).status_code == 400, (what, body)
    for sent in ({"content": "x"}, {"key": "x"}, {"key": "", "content": "x"}, b"no JSON"):
        assert operator.call("POST", API, sent).status_code == 400, sent


def test_what_cannot_be_is_a_problem(operator: Operator) -> None:
    sandbox = Designer(operator, "get_current_totp")
    for what, body, code in (
        ("clock", {"seconds": -1}, "time-invalid"),
        ("clock", {"next": True}, "no-timer"),
        ("results", {"element": "x", "result": {"kind": "magic"}}, "result-invalid"),
        ("message", {"name": "", "variables": {}}, "event-invalid"),
        ("message", {"name": "M", "variables": {"_x": 1}}, "reserved-variable"),
    ):
        refused = sandbox.call(what, body)
        assert (refused.status_code, (refused.json or {})["code"]) == (422, code), what


def test_a_draft_with_errors_comes_back_with_its_problems(operator: Operator) -> None:
    draft = diagram("get_current_totp").replace("ShowCurrentTOTP", "Nowhere")
    refused = operator.call("POST", API, {"key": "get_current_totp", "content": draft, "variables": {}})
    assert refused.status_code == 422
    (problem,) = orjson.loads(refused.data)["problems"]
    assert (problem["code"], problem["element"]) == ("bpmn.unknown-form", "show_current_totp")


def test_another_account_finds_nothing(operator: Operator, stranger: Operator) -> None:
    designer = Designer(operator, "get_current_totp")
    one = f"{API}/{designer.state['id']}"
    for method, path in (
        ("GET", one), ("POST", f"{one}/clock"), ("POST", f"{one}/restart"), ("GET", f"{one}/test"),
        ("GET", designer.state["page"]), ("POST", designer.state["page"]),
    ):  # fmt: skip
        body = {"next": True} if method == "POST" else None
        assert stranger.call(method, path, body).status_code == 404, path
    stranger.call("DELETE", one)
    assert designer.look()["status"] == "ACTIVE"


def test_the_frame_can_also_show_what_is_wrong_with_the_sandbox(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    designer = Designer(operator, "get_current_totp")
    page = designer.page
    monkeypatch.setattr(contents, "MAXIMUM_BYTES", 1000)
    full = designer.fill_in(page)
    gone = operator.get("/backoffice/sandboxes/none/page")
    assert (full.status_code, gone.status_code) == (422, 404)
    assert "too large" in full.text
    for each in (full, gone):
        assert "frame-ancestors 'self'" in each.headers["Content-Security-Policy"]


def test_what_was_done_is_saved_as_a_test_that_runs_and_sees_changes(operator: Operator) -> None:
    designer = Designer(operator, "totp_registration", externalId=NEWCOMER)
    designer.call("clock", {"seconds": 90})
    designer.fill_in(designer.page, code="000000")
    (code,) = (each["code"] for each in designer.look()["codes"] if each["pending"])
    designer.fill_in(designer.page, code=f"{code[:3]} {code[3:]}")
    designer.call("clock", {"next": True})
    test = designer.test
    assert code not in test
    assert re.findall(r"code: (.+)", test) == ["'000000'", "'{{totp}}'"]
    assert "- wait: PT1M30S" in test
    assert "- ended: not_kept" in test
    assert run(test, "totp_registration").ok
    changed = run(test, "totp_registration", lambda drawn: drawn.replace("not_kept", "never_kept"))
    assert changed.difference == ("It should have ended at not_kept, and it has ended at never_kept (COMPLETED).")


def test_a_saved_test_has_what_was_set_and_tried_again(operator: Operator) -> None:
    designer = Designer(operator, "get_current_totp")
    failure = {"kind": "failure", "message": "Broken."}
    designer.call("results", {"element": "get_totp", "result": failure})
    designer.call("restart")
    made_up = {"_identityStore.currentTOTP": {"secret": "ABC", "qrCodeString": "otpauth://x"}}
    designer.call("results", {"element": "get_totp", "result": {"kind": "value", "variables": made_up}})
    designer.call("retry")
    designer.fill_in(designer.page)
    test = designer.test
    document = journey_test.read(test.encode(), "saved")
    assert set(document.given.mocks) == {"get_totp"}
    assert [type(each.verb).__name__ for each in document.steps] == [
        *("Stopped", "Mock", "Retry", "At", "Submit", "Ended", "Passed")
    ]
    assert run(test, "get_current_totp").ok


def test_nothing_sensitive_is_saved(operator: Operator) -> None:
    form = orjson.dumps(
        {
            "type": "default",
            "id": "Secretly",
            "components": [
                {"type": "password", "id": "pinField", "key": "pin", "label": "PIN"},
                {"type": "textfield", "id": "nameField", "key": "name", "label": "Name"},
                {"type": "button", "id": "go", "label": "Go", "action": "submit"},
            ],
        }
    )
    sensitive = FormJs().sensitive(form)
    assert sensitive == {"pin"}
    done = recording.submission({"pin": ["1234"], "name": ["Ann"], "form-shown": ["name"]}, sensitive, [], [])
    assert done == Submit({"name": "Ann"}, ("pin",))
    written = journey_test.write_step(done)
    assert "1234" not in written
    assert written.startswith("# 'pin': not written down")
