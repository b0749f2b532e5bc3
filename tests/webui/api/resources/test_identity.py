"""Stores, users, their registrations, and policies."""

from engine import demo
from engine.application import Application
from tests.webui.api.conftest import Program, audited
from tests.webui.api.resources.reading import body


def test_a_user_of_another_store_is_not_found(program: Program, user: str) -> None:
    other = body(program.get("/stores"))["items"]
    demonstration = next(each["id"] for each in other if each["name"] == demo.STORE)
    user_id = user.rpartition("/")[2]
    path = f"/stores/{demonstration}/users/{user_id}"
    assert body(program.get(path), 404)["code"] == "user-not-found"
    assert program.post(f"{path}/lock", {"reason": "why"}).status_code == 404
    assert program.call("DELETE", f"{path}?reason=why", headers={"If-Match": "*"}).status_code == 404
    assert program.get(user).status_code == 200


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
