"""ETags: what somebody has is not sent again, and what they have not seen is not changed."""

from typing import Any

from tests.webui.api.conftest import Program
from tests.webui.api.resources.reading import JOURNEY, body


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
