"""Every resource, as a program uses it: pages, ETags, preconditions, problems."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

import bpmn
from engine import demo
from engine.application import Application
from engine.store.models import InstanceParameter
from engine.variables import MASK
from tests.webui.api.conftest import Program, audited

NOWHERE = "0" * 24
JOURNEY = {"definition": demo.PROCESS, "variables": {"externalId": demo.USER}}
PEOPLE = [f"person{number}" for number in range(5)]


def body(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.json is not None
    return dict(answer.json)


@pytest.fixture
def store(program: Program) -> str:
    """A store with five users."""
    made = body(program.post("/stores", {"name": "bank", "locale": "de", "timeZone": "Europe/Berlin"}), 201)
    for name in PEOPLE:
        body(program.post(f"/stores/{made['id']}/users", {"externalId": name}), 201)
    return str(made["id"])


@pytest.fixture
def user(program: Program, store: str) -> str:
    """The path of a user."""
    found = body(program.get(f"/stores/{store}/users?q={PEOPLE[0]}"))
    return f"/stores/{store}/users/{found['items'][0]['id']}"


def walk(program: Program, path: str, key: str) -> list[Any]:
    """Return what a list holds, read page by page."""
    found, address = [], f"{path}{'&' if '?' in path else '?'}limit=2"
    while True:
        answer = program.get(address)
        page = body(answer)
        found += [each[key] for each in page["items"]]
        assert len(page["items"]) <= 2
        if page["next"] is None:
            assert "Link" not in answer.headers
            return found
        link = answer.headers["Link"]
        assert link.endswith('>; rel="next"')
        address = link[len("</api/v1") :].partition(">")[0]


def test_lists_are_read_page_by_page(program: Program, application: Application, store: str) -> None:
    tokens = [
        body(program.post("/tokens", {"definition": demo.PROCESS, "name": f"t{number}"}), 201)["id"]
        for number in range(5)
    ]
    walked = walk(program, "/tokens", "id")
    assert set(walked) >= set(tokens)
    assert len(walked) == len(set(walked))
    instances = [body(program.post("/instances", JOURNEY), 201)["id"] for _ in range(5)]
    newest = walk(program, "/instances", "id")
    assert sorted(newest) == sorted(instances)
    assert walk(program, "/instances?sort=oldest", "id") == newest[::-1]
    assert walk(program, f"/stores/{store}/users?q=person", "externalId") == PEOPLE
    keys = walk(program, "/definitions", "key")
    assert keys == sorted(each["key"] for each in body(program.get("/definitions?limit=200"))["items"])
    assert len(keys) > 4
    events = walk(program, "/audit/events?event=instance_started", "instance")
    assert sorted(events) == sorted(instances)


def test_who_opened_a_token_is_said_and_tokens_are_found_by_it(program: Program, application: Application) -> None:
    made = {name: body(program.post("/tokens", {"definition": demo.PROCESS, "name": name}), 201) for name in "abcd"}
    links = {name: each["link"].rpartition("/")[2] for name, each in made.items()}
    application.journeys.opened(links["a"], b"a" * 32, "Edge on Windows")
    application.journeys.begin(links["b"], b"b" * 32)
    kinds = {"yes": {"a", "b"}, "unbegun": {"a"}, "no": {"c", "d"}}
    for kind, names in kinds.items():
        assert set(walk(program, f"/tokens?opened={kind}", "name")) & set(made) == names
    problem = body(program.get("/tokens?opened=maybe"), 422)
    assert problem["errors"][0]["parameter"] == "opened"
    at = body(program.get(f"/tokens/{made['a']['id']}"))["openedAt"]
    entry = {"number": 1, "at": at, "device": "Edge on Windows", "begun": False}
    assert body(program.get(f"/tokens/{made['a']['id']}/openings")) == {"count": 1, "entries": [entry]}
    assert body(program.get(f"/tokens/{made['b']['id']}/openings"))["entries"][0]["begun"]
    assert body(program.get(f"/tokens/{made['c']['id']}"))["openedAt"] is None
    assert body(program.get(f"/tokens/{made['c']['id']}/openings")) == {"count": 0, "entries": []}


def test_a_page_begins_nowhere_but_after_one_of_ours(program: Program) -> None:
    for path in ("/tokens", "/instances", "/audit/events"):
        wrong = body(program.get(f"{path}?after=nowhere"), 422)
        assert wrong["errors"][0]["parameter"] == "after"


def test_instances_are_found_by_what_is_asked_for(program: Program) -> None:
    variables = {"externalId": demo.USER, "email": "Anna@Example.org", "firm": {"city": "Graz", "rooms": 7}}
    made = body(program.post("/instances", {**JOURNEY, "variables": variables}), 201)
    for query, found in (
        (f"definition={demo.PROCESS}&version=1", 1),
        ("definition=other", 0),
        ("status=ACTIVE", 1),
        ("status=COMPLETED", 0),
        (f"q={demo.USER.upper()}", 1),
        (f"q={made['id'][:8]}", 1),
        ("parameter=email=anna@example.org", 1),
        ("parameter=firm.city=graz&q=user", 1),
        ("parameter=firm.rooms=7", 1),
        ("q=GRAZ", 1),
        # They are sealed: who does not know the whole value finds nothing.
        ("q=gra", 0),
        ("parameter=firm.city=gra*", 0),
        ("parameter=externalId=us*", 1),
        ("parameter=city=graz", 0),
        ("createdFrom=2026-01-15T09:30:00Z", 1),
        ("createdBefore=2026-01-15T09:30:00Z", 0),
    ):
        assert len(body(program.get(f"/instances?{query}"))["items"]) == found, query


def test_what_an_instance_was_started_with_is_nowhere_as_it_was(program: Program, application: Application) -> None:
    variables = {"externalId": demo.USER, "firstName": "Anneliese", "secretNumber": 4711470815}
    body(program.post("/instances", {**JOURNEY, "variables": variables}), 201)
    with application.database.read() as session:
        noted = session.scalars(select(InstanceParameter)).all()
    said = " ".join(f"{each.name} {each.key}" for each in noted)
    assert len(noted) == 5
    assert demo.USER in said
    assert not [each for each in ("anneliese", "4711470815", "firstName", "secretNumber") if each in said]


def test_a_parameter_has_a_name_and_a_value(program: Program) -> None:
    for wrong in ("anna", "=anna", "email=", "x" * 1001):
        refused = body(program.get(f"/instances?parameter={wrong}"), 422)
        assert [each["parameter"] for each in refused["errors"]] == ["parameter"]


def test_what_is_not_there_is_not_found(program: Program) -> None:
    for path in (
        "/definitions/nothing",
        "/definitions/nothing/versions",
        f"/definitions/{demo.PROCESS}/versions/99",
        f"/definitions/{demo.PROCESS}/versions/99/bpmn",
        f"/definitions/{demo.PROCESS}/versions/first",
        "/forms/nothing/versions",
        "/forms/nothing/versions/1",
        f"/tokens/{NOWHERE}",
        f"/tokens/{NOWHERE}/openings",
        f"/instances/{NOWHERE}",
        f"/instances/{NOWHERE}/timeline",
        f"/instances/{NOWHERE}/tasks",
        "/instances/..%2ftokens",
        f"/stores/{NOWHERE}",
        f"/stores/{NOWHERE}/users?q=x",
        f"/stores/{NOWHERE}/users/{NOWHERE}",
        f"/policies/{NOWHERE}",
        "/policies/' OR 1=1 --",
        "/nowhere",
    ):
        answer = program.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), path


def test_a_user_of_another_store_is_not_found(program: Program, user: str) -> None:
    other = body(program.get("/stores"))["items"]
    demonstration = next(each["id"] for each in other if each["name"] == demo.STORE)
    user_id = user.rpartition("/")[2]
    path = f"/stores/{demonstration}/users/{user_id}"
    assert body(program.get(path), 404)["code"] == "user-not-found"
    assert program.post(f"{path}/lock", {"reason": "why"}).status_code == 404
    assert program.call("DELETE", f"{path}?reason=why", headers={"If-Match": "*"}).status_code == 404
    assert program.get(user).status_code == 200


def test_what_somebody_has_is_not_sent_again(program: Program, user: str) -> None:
    first = program.get(user)
    again = program.get(user, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert not first.headers["ETag"].startswith("W/")
    body(program.post(f"{user}/lock", {"reason": "why"}))
    assert program.get(user, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def change_store(program: Program, store: str, user: str) -> tuple[str, str, str, dict[str, Any]]:
    return f"/stores/{store}", "PATCH", f"/stores/{store}", {"locale": "fr"}


def change_user(program: Program, store: str, user: str) -> tuple[str, str, str, dict[str, Any]]:
    return user, "PATCH", user, {"locale": "fr", "reason": "moved"}


def delete_user(program: Program, store: str, user: str) -> tuple[str, str, str, None]:
    return user, "DELETE", f"{user}?reason=gone", None


def change_policy(program: Program, store: str, user: str) -> tuple[str, str, str, dict[str, Any]]:
    path = f"/policies/{body(program.get('/policies'))['items'][0]['id']}"
    return path, "PATCH", path, {"period": 60, "reason": "slow typing"}


def switch_token(program: Program, store: str, user: str) -> tuple[str, str, str, dict[str, Any]]:
    path = f"/tokens/{body(program.get('/tokens'))['items'][0]['id']}"
    return path, "POST", f"{path}/switch", {"status": "INACTIVE"}


def suspend_instance(program: Program, store: str, user: str) -> tuple[str, str, str, dict[str, Any]]:
    made = body(program.post("/instances", JOURNEY), 201)
    path = f"/instances/{made['id']}"
    return path, "POST", f"{path}/suspend", {"reason": "wait"}


REQUIRED = (change_store, change_user, change_policy, delete_user)


def test_nothing_is_done_to_what_is_not_as_it_was_seen(program: Program, store: str, user: str) -> None:
    for prepare in (*REQUIRED, switch_token, suspend_instance):
        check_precondition(program, *prepare(program, store, user), required=prepare in REQUIRED)


def check_precondition(  # noqa: PLR0913 - what is changed, and how
    program: Program, path: str, method: str, address: str, content: Any, *, required: bool
) -> None:
    etag = program.get(path).headers["ETag"]
    before = program.get(path).data
    for other in ('"other"', f"W/{etag}", '""', '"1', "x"):
        refused = program.call(method, address, content, headers={"If-Match": other})
        assert refused.status_code == 412, (other, refused.text)
    assert program.call(method, address, content, headers={"If-Match": f'{etag}, "x"'}).status_code == 400
    if required:
        assert body(program.call(method, address, content), 428)["code"] == "precondition-required"
    assert program.get(path).data == before
    assert program.call(method, address, content, headers={"If-Match": etag}).status_code in {200, 204}
    again = program.call(method, address, content, headers={"If-Match": etag})
    assert again.status_code in {412, 404}


def test_users_are_made_changed_locked_and_deleted(program: Program, application: Application, store: str) -> None:
    new = {"externalId": "ada", "attributes": {"email": "ada@example.com", "age": 36}, "reason": "asked for"}
    answer = program.post(f"/stores/{store}/users", new)
    made = body(answer, 201)
    assert answer.headers["Location"] == f"/api/v1/stores/{store}/users/{made['id']}"
    assert (made["locale"], made["timeZone"], made["status"]) == ("de", "Europe/Berlin", "ACTIVE")
    assert body(program.post(f"/stores/{store}/users", new), 409)["code"] == "ext-id-not-unique"
    path, seen = f"/stores/{store}/users/{made['id']}", {"headers": {"If-Match": "*"}}
    changed = body(program.call("PATCH", path, {"attributes": {"age": 37}, "reason": "birthday"}, **seen))
    assert (changed["attributes"], changed["externalId"], changed["locale"]) == ({"age": 37}, "ada", "de")
    assert (
        body(program.post(f"{path}/lock", {"reason": "lost phone", "until": "2026-02-01T00:00:00Z"}))["status"]
        == "TEMP_LOCKED"
    )
    assert body(program.get(path))["lock"]["reason"] == "lost phone"
    assert body(program.post(f"{path}/lock", {"reason": "again"}), 422)["code"] == "action-pointless"
    assert body(program.post(f"{path}/unlock", {"reason": "found it"}))["status"] == "ACTIVE"
    assert body(program.post(f"{path}/disable", {"reason": "left"}))["status"] == "DISABLED"
    assert body(program.post(f"{path}/enable", {"reason": "is back"}))["status"] == "ACTIVE"
    assert program.post(f"{path}/disable", {}).status_code == 422
    assert program.call("DELETE", f"{path}?reason=asked", **seen).status_code == 204
    assert program.get(path).status_code == 404
    for said in audited(application, "user_created", "user_locked", "user_deleted"):
        if said.get("store") != demo.STORE:
            assert said["by"] == "administrator"
            assert said["key"] == "CI"


def test_a_registration_is_revoked_and_no_secret_is_shown(program: Program) -> None:
    store = next(each["id"] for each in body(program.get("/stores"))["items"] if each["name"] == demo.STORE)
    found = body(program.get(f"/stores/{store}/users?q={demo.USER}"))["items"][0]["id"]
    path = f"/stores/{store}/users/{found}"
    credential = body(program.get(path))["credentials"][0]
    assert set(credential) == {
        *("id", "policy", "status", "issuer", "algorithm", "digits", "period"),
        *("registeredAt", "expiresAt", "usedAt", "shownAt", "displays"),
    }
    revoke = f"{path}/credentials/{credential['id']}/revoke"
    body(program.post(revoke, {"reason": "stolen"}))
    assert body(program.get(path))["credentials"] == []
    assert body(program.post(revoke, {"reason": "stolen"}), 404)["code"] == "credential-not-found"


def test_stores_and_policies_are_made_and_changed(program: Program, store: str) -> None:
    seen = {"headers": {"If-Match": "*"}}
    assert body(program.post("/stores", {"name": "bank"}), 422)["code"] == "name-taken"
    assert program.call("PATCH", f"/stores/{store}", {"status": "DISABLED"}, **seen).status_code == 422
    off = body(program.call("PATCH", f"/stores/{store}", {"status": "DISABLED", "reason": "moved"}, **seen))
    assert (off["status"], off["locale"]) == ("DISABLED", "de")
    made = body(program.post("/policies", {"name": "strict", "issuer": "Bank", "digits": 8}), 201)
    assert (made["digits"], made["period"], made["redisplay"]) == (8, 30, "with-token")
    changed = body(program.call("PATCH", f"/policies/{made['id']}", {"displayLimit": None, "reason": "asked"}, **seen))
    assert (changed["displayLimit"], changed["digits"]) == (None, 8)
    assert program.post("/policies", {"name": "x", "issuer": "Bank", "period": 5}).status_code == 422
    assert (
        body(program.post("/policies", {"name": "x", "issuer": "Bank", "digits": 7}), 422)["code"] == "identity-invalid"
    )


def test_an_instance_is_operated(program: Program, application: Application) -> None:
    made = body(program.post("/instances", JOURNEY), 201)
    path = f"/instances/{made['id']}"
    assert body(program.post(f"{path}/retry", {}), 422)["code"] == "not-an-incident"
    assert body(program.post(f"{path}/suspend", {"reason": "wait"}))["status"] == "SUSPENDED"
    assert body(program.post(f"{path}/suspend", {}), 422)["code"] == "already-suspended"
    assert body(program.post(f"{path}/resume", {}))["status"] == "ACTIVE"
    assert body(program.post(f"{path}/variables", {"variables": {"note": "x"}}))["variables"]["note"] == "x"
    assert body(program.post(f"{path}/variables", {"variables": {"_x": 1}}), 422)["code"] == "reserved-variable"
    plan = body(program.post(f"{path}/migration-plan", {"version": 1}))
    assert plan["possible"] is True
    assert body(program.post(f"{path}/migrate", {"version": 9}), 404)["code"] == "definition-not-found"
    moved = body(program.post(f"{path}/move", {"element": "nowhere"}), 422)
    assert moved["code"] == "not-movable"
    assert body(program.post(f"{path}/cancel", {"reason": "enough"}))["status"] == "CANCELLED"
    assert body(program.post(f"{path}/cancel", {}), 422)["code"] == "instance-over"
    outcomes = [each["outcome"] for each in body(program.get(f"{path}/timeline"))["stages"]]
    assert "interrupted" in outcomes
    assert body(program.post(f"{path}/export", {}))["format"] == "idflow-instance-1"
    (said,) = audited(application, "instance_cancelled")
    assert said == {"reason": "enough", "by": "administrator", "key": "CI"}


def test_an_instance_that_stopped_is_retried_and_skipped(program: Program) -> None:
    made = body(program.post("/instances", {"definition": demo.PROCESS, "variables": {}}), 201)
    path = f"/instances/{made['id']}"
    stopped = body(program.get(path))
    assert stopped["status"] == "INCIDENT"
    assert stopped["incident"]["code"]
    assert body(program.post(f"{path}/retry", {}))["status"] == "INCIDENT"
    assert body(program.post(f"{path}/skip", {}), 422)["code"] == "identity-step-skipped"


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


def test_the_audit_trail_is_searched_and_verified(program: Program) -> None:
    body(program.post("/tokens", {"definition": demo.PROCESS}), 201)
    found = body(program.get("/audit/events?event=token_created&account=administrator"))["items"]
    assert [each["detail"]["definition"] for each in found] == [demo.PROCESS]
    assert body(program.get("/audit/state"))["unsigned"] > 0
    assert body(program.get("/audit/verification"))["whole"] is True


def test_work_that_was_given_up_is_tried_again(program: Program, application: Application) -> None:
    with application.write() as session:
        application.jobs.enqueue(session, "unknown", {})
    application.work_due()
    (job,) = body(program.get("/jobs/failed"))["items"]
    assert job["task"] == "unknown"
    assert program.post(f"/jobs/{job['id']}/retry").status_code == 204
    assert program.post(f"/jobs/{job['id']}/retry").status_code == 404
    assert body(program.get("/mails/failed"))["items"] == []
    assert program.post(f"/mails/{NOWHERE}/retry").status_code == 404
    (said,) = audited(application, "job_retried")
    assert (said["by"], said["key"]) == ("administrator", "CI")


def test_everything_that_is_wrong_with_a_request_is_said_at_once(program: Program) -> None:
    answer = program.post("/tokens", {"version": "1", "limit": 1.5, "parameters": {"a/b~c": []}, "odd": 1})
    wrong = body(answer, 422)
    assert (wrong["type"], wrong["code"]) == ("urn:idflow:problem:request-invalid", "request-invalid")
    pointers = {each["pointer"] for each in wrong["errors"]}
    assert {"/definition", "/version", "/limit", "/odd"} <= pointers
    assert any(each.startswith("/parameters/a~1b~0c") for each in pointers)
    assert wrong["request"] == answer.headers["X-Request-ID"]
    late = body(program.post("/tokens", {"definition": demo.PROCESS, "notAfter": "2020-01-01T00:00:00Z"}), 422)
    assert (late["code"], late["errors"][0]["pointer"]) == ("token-invalid", "/notAfter")


def test_what_is_no_request_is_refused(program: Program) -> None:
    for content, media_type, status, code in (
        (b"{", "application/json", 400, "bad-request"),
        (b'{"definition": "\xff"}', "application/json", 400, "bad-request"),
        (b'{"definition": NaN}', "application/json", 400, "bad-request"),
        (b"", "application/json", 400, "bad-request"),
        (b"definition=x", "application/x-www-form-urlencoded", 415, "media-type-not-supported"),
        (b"[" * 100_000, "application/json", 400, "bad-request"),
        (b'{"definition": ' + b"[" * 500 + b"]" * 500 + b"}", "application/json", 400, "bad-request"),
        (b"x" * (1024 * 1024 + 1), "application/json", 413, "request-too-large"),
    ):
        answer = program.call("POST", "/tokens", data=content, content_type=media_type)
        assert body(answer, status)["code"] == code


def test_other_methods_and_sites_are_refused(program: Program) -> None:
    answer = program.call("PUT", "/tokens")
    assert body(answer, 405)["code"] == "method-not-allowed"
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert body(program.post("/tokens", {}, **{"Sec-Fetch-Site": "cross-site"}), 403)["code"] == "cross-site"


def test_an_unexpected_error_says_nothing_but_a_reference(
    program: Program, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(application.token_office, "search", broken)
    answer = program.get("/tokens")
    wrong = body(answer, 500)
    assert wrong["code"] == "unexpected"
    assert len(wrong["reference"]) == 8
    assert "secret" not in answer.text


def test_variables_are_no_deeper_than_we_read(program: Program) -> None:
    deep: Any = {"a": 1}
    for _ in range(40):
        deep = {"a": deep}
    wrong = body(program.post("/instances", {"definition": demo.PROCESS, "variables": deep}), 422)
    assert wrong["errors"][0]["pointer"] == "/variables"
    assert "32" in wrong["errors"][0]["detail"]
    assert MASK not in orjson.dumps(wrong).decode()
