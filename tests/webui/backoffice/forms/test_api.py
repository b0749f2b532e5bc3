"""What the builder calls: drafts, versions, conflicts."""

from typing import Any

import orjson
import pytest
from flask import Flask

from engine.application import Application
from engine.form import MAXIMUM_BYTES
from engine.store import DatabaseBusy
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, audited, form
from webui.bodies import MAXIMUM_FORM_BODY

DRAFT = "/backoffice/api/forms/Welcome/draft"
VERSIONS = "/backoffice/api/forms/Welcome/versions"


@pytest.fixture
def welcome(operator: Operator) -> Operator:
    made = operator.post("/backoffice/forms", name="Welcome", title="Welcome")
    assert made.location == "/backoffice/forms/Welcome"
    return operator


def test_a_draft_is_any_text_and_is_told_what_is_wrong_with_it(welcome: Operator, clock: ManualClock) -> None:
    saved = welcome.save("Welcome", "{ not yet", 1)
    assert (saved.status_code, saved.mimetype) == (200, "application/json")
    assert saved.json is not None
    assert (saved.json["revision"], saved.json["savedAt"]) == (2, clock.now().isoformat())
    assert [each["code"] for each in saved.json["problems"]] == ["form.not-json"]
    assert set(saved.json["problems"][0]) == {"code", "message", "remedy", "element", "line", "severity", "field"}
    assert welcome.data("Welcome")["content"] == "{ not yet"
    fine = welcome.save("Welcome", form(), 2)
    assert fine.json is not None
    assert fine.json["problems"] == []
    for text in ("", "\x00", "ünïcödé 🐈", "</script><!--"):
        revision = welcome.data("Welcome")["revision"]
        assert welcome.save("Welcome", text, revision).status_code == 200
        assert welcome.data("Welcome")["content"] == text


def test_of_two_tabs_the_slower_is_shown_what_the_other_saved(welcome: Operator, app: Flask) -> None:
    assert welcome.save("Welcome", "first", 1).status_code == 200
    conflict = welcome.save("Welcome", "second", 1)
    assert (conflict.status_code, conflict.mimetype) == (409, "application/problem+json")
    assert conflict.json is not None
    told = {name: conflict.json[name] for name in ("code", "revision", "content", "savedBy")}
    assert told == {"code": "draft-conflict", "revision": 2, "content": "first", "savedBy": "admin"}
    assert conflict.json["savedAt"]
    assert welcome.save_version("Welcome", form(), 1).status_code == 409
    assert welcome.data("Welcome")["content"] == "first"
    assert welcome.data("Welcome")["latest"] is None
    assert welcome.save("Welcome", "second", 2).status_code == 200


def test_a_revision_never_comes_twice(welcome: Operator) -> None:
    welcome.save_version("Welcome", form(), 1)
    assert welcome.post("/backoffice/forms/Welcome/discard", revision="2").status_code == 303
    data = welcome.data("Welcome")
    assert (data["revision"], data["savedAt"], data["content"]) == (3, None, form())
    assert welcome.save("Welcome", "from the tab that was open", 2).status_code == 409
    assert welcome.save("Welcome", "from a new tab", 3).status_code == 200


def test_saving_is_not_deploying(welcome: Operator, clock: ManualClock, application: Application) -> None:
    saved = welcome.save_version("Welcome", form(), 1)
    assert saved.status_code == 201
    expected = {"version": 1, "versionTag": "1", "deployed": False, "revision": 2, "savedAt": clock.now().isoformat()}
    assert saved.json == expected
    deployed = welcome.save_version("Welcome", form("Welcome", "Hello"), 2, deploy=True)
    assert deployed.json == {**expected, "version": 2, "versionTag": "2", "deployed": True, "revision": 3}
    data = welcome.data("Welcome")
    assert (data["deployed"], data["latest"]) == ({"version": 2, "versionTag": "2"}, 2)
    later = welcome.save_version("Welcome", form("Welcome", "Later"), 3)
    assert later.json == {**expected, "version": 3, "versionTag": "3", "revision": 4}
    data = welcome.data("Welcome")
    assert (data["deployed"], data["latest"]) == ({"version": 2, "versionTag": "2"}, 3)
    assert [
        (event, detail["version"], detail["by"])
        for event, detail in audited(application, "form_version_saved", "form_deployed")
    ] == [
        ("form_version_saved", 1, "admin"),
        ("form_version_saved", 2, "admin"),
        ("form_deployed", 2, "admin"),
        ("form_version_saved", 3, "admin"),
    ]


def test_saving_the_same_again_makes_no_version(welcome: Operator) -> None:
    for revision in (1, 2):
        saved = welcome.save_version("Welcome", form(), revision)
        assert saved.json is not None
        assert (saved.json["version"], saved.json["deployed"]) == (1, False)
    deployed = welcome.save_version("Welcome", form(), 3, deploy=True)
    assert deployed.json is not None
    assert (deployed.json["version"], deployed.json["deployed"]) == (1, True)


def test_a_version_can_be_read(welcome: Operator, clock: ManualClock) -> None:
    welcome.save_version("Welcome", form(), 1)
    read = welcome.get(f"{VERSIONS}/1")
    at = clock.now().isoformat()
    assert read.json == {
        "version": 1,
        "versionTag": "1",
        "content": form(),
        "savedAt": at,
        "savedBy": "admin",
        "deployedAt": None,
    }
    assert welcome.get(f"{VERSIONS}/2").status_code == 404


def broken() -> str:
    document = orjson.loads(form())
    document["components"].append({"type": "qrcode", "id": "x"})
    return orjson.dumps(document).decode()


def test_a_form_with_errors_can_be_saved_but_not_deployed(welcome: Operator, application: Application) -> None:
    refused = welcome.save_version("Welcome", broken(), 1, deploy=True)
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert refused.json is not None
    assert [each["code"] for each in refused.json["problems"]] == ["form.missing-property"]
    assert welcome.data("Welcome")["revision"] == 1
    assert welcome.save_version("Welcome", broken(), 1).status_code == 201
    refused = welcome.post("/backoffice/forms/Welcome/deploy", version="1")
    assert refused.status_code == 422
    assert "form.missing-property" in refused.text
    assert application.forms.open("Welcome").deployed is None


def test_an_element_that_is_not_supported_is_refused_at_save_and_kept_in_the_draft(
    welcome: Operator, application: Application
) -> None:
    foreign = '{"type": "default", "id": "Welcome", "components": [{"type": "iframe", "id": "f"}]}'
    draft = welcome.save("Welcome", foreign, 1)
    assert draft.status_code == 200
    refused = welcome.save_version("Welcome", foreign, 2)
    assert refused.status_code == 422
    assert refused.json is not None
    (problem,) = refused.json["problems"]
    assert problem["code"] == "form.unknown-element"
    assert "another host" in problem["message"]
    assert application.forms.open("Welcome").newest is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "form.not-json"),
        ("[]", None),
        ('"text"', None),
        (form("Other"), "form.other-name"),
        ('{"id": 7}', "form.other-name"),
    ],
)
def test_what_is_no_document_of_this_form_is_no_version(welcome: Operator, content: str, code: str | None) -> None:
    for deploy in (False, True):
        refused = welcome.save_version("Welcome", content, 1, deploy=deploy)
        assert refused.status_code == 422
        assert refused.json is not None
        codes = [each["code"] for each in refused.json["problems"]]
        assert codes
        assert code is None or code in codes
    assert welcome.data("Welcome")["latest"] is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"content": "x"}',
        b'{"content": 1, "revision": 1}',
        b'{"content": "x", "revision": "1"}',
        b'{"content": "x", "revision": true}',
        b'{"content": "x", "revision": -1}',
        b'{"content": "x", "revision": 1.0}',
        b'{"content": "x", "revision": 1, "deploy": "yes"}',
        b'{"content": "\\ud800", "revision": 1}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_a_body_that_says_something_else_is_refused(welcome: Operator, body: bytes) -> None:
    for method, path in (("PUT", DRAFT), ("POST", VERSIONS)):
        refused = welcome.call(method, path, body)
        assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert welcome.data("Welcome")["revision"] == 1


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""]
)
def test_only_json_is_taken(welcome: Operator, kind: str) -> None:
    body: Any = {"content": "x", "revision": 1}
    assert welcome.call("PUT", DRAFT, body, **{"Content-Type": kind}).status_code == 415
    assert welcome.call("PUT", DRAFT, body, **{"Content-Type": "application/json; charset=utf-8"}).status_code == 200


def test_the_token_of_the_page_is_needed(welcome: Operator) -> None:
    for token in ("", "wrong"):
        refused = welcome.call("PUT", DRAFT, {"content": "x", "revision": 1}, **{"X-CSRFToken": token})
        assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
        assert refused.json is not None
        assert refused.json["code"] == "csrf"
    refused = welcome.call("PUT", DRAFT, {"content": "x", "revision": 1}, **{"Sec-Fetch-Site": "cross-site"})
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")


def test_sizes_have_limits(welcome: Operator) -> None:
    assert welcome.save("Welcome", "x" * MAXIMUM_BYTES, 1).status_code == 200
    assert welcome.save("Welcome", '"' * (MAXIMUM_BYTES - 1), 2).status_code == 200
    for content in ("x" * (MAXIMUM_BYTES + 1), "ü" * MAXIMUM_BYTES, "x" * MAXIMUM_FORM_BODY, "x" * 10_000_000):
        refused = welcome.save("Welcome", content, 3)
        assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")
    assert welcome.post("/backoffice/password", current="x" * 2_000_000).status_code == 413


def test_unknown_forms_are_told_as_problems(operator: Operator) -> None:
    for answer in (operator.save("Nothing", "x", 0), operator.save_version("Nothing", form("Nothing"), 0)):
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert answer.json is not None
        assert answer.json["code"] == "form-not-found"
    assert operator.get("/backoffice/api/nothing").mimetype == "application/problem+json"


def test_what_goes_wrong_has_a_reference_and_says_nothing(
    welcome: Operator, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(application.forms, "save_draft", fail)
    answer = welcome.save("Welcome", "x", 1)
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert answer.json is not None
    assert len(answer.json["reference"]) == 8
    assert "a secret" not in answer.text


@pytest.mark.parametrize(
    "content",
    [
        '{"id": "Welcome", "components": [{"type": "\\ud800", "id": "\\udfff"}]}',
        '{"id": "\\ud800"}',
        '{"id": "Welcome", "title": "\\u0000", "components": [{"type": "\\u0000"}]}',
        '{"id": "Welcome", "x": 1e999, "y": 123456789012345678901234567890}',
        '{"id": "Welcome", "id": "Welcome", "x": NaN}',
        '{"id": "Welcome", "components": ' + "[" * 1100 + "]" * 1100 + "}",
        "\ufeff{}",
    ],
    ids=range(7),
)
def test_no_draft_breaks_a_page(welcome: Operator, content: str) -> None:
    saved = welcome.save("Welcome", content, 1)
    assert saved.status_code == 200
    assert saved.json is not None
    assert saved.json["problems"]
    assert welcome.save_version("Welcome", content, 2).status_code in {201, 422}
    for path in ("", "/versions?old=draft&new=draft", "/export", "/discard"):
        assert welcome.get(f"/backoffice/forms/Welcome{path}").status_code == 200
    assert welcome.post("/backoffice/forms/preview", content=content).status_code == 200
    assert welcome.get("/backoffice/forms").status_code == 200


@pytest.mark.parametrize("version", [0, 2**31, 2**63, 10**30])
def test_versions_that_cannot_be_are_not_there(welcome: Operator, version: int) -> None:
    for path in (f"{VERSIONS}/{version}", f"/backoffice/forms/Welcome/export?version={version}"):
        assert welcome.get(path).status_code == 404
    for action in ("deploy", "restore"):
        answer = welcome.post(f"/backoffice/forms/Welcome/{action}", version=str(version), revision="1")
        assert answer.status_code == 404


def test_a_busy_database_is_not_taken_for_a_conflict(
    welcome: Operator, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise DatabaseBusy

    monkeypatch.setattr(application.forms, "save_draft", fail)
    answer = welcome.save("Welcome", "x", 1)
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    monkeypatch.setattr(application.accounts, "signed_in", fail)
    page = welcome.get("/backoffice/forms")
    assert (page.status_code, "This cannot be done right now" in page.text) == (503, True)
